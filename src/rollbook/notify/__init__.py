"""Word to those who need to know: what a mail says, and how it leaves."""
