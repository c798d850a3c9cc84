"""What a chapter is made of, what it must do, and what it changed."""
