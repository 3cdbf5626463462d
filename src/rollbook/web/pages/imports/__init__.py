"""The pages of one import, and of starting one."""
