"""The world that the stage shows: papers, drafts and people, and the script that moves it."""
