"""What turns the program into something that is installed: files for service managers, and the maker of releases."""
