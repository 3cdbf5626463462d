"""What the columns of a file are like: how full they are, how their values are spread."""
