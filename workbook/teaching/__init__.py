"""What a teacher of a chapter needs: what to say, ask and expect, and when."""
