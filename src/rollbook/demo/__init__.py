"""A synthetic district and an SFTP server on loopback: the main job without anybody's data."""
