"""The loop that trains, explores with what it trained, and labels what it had not seen, until nothing new is found."""
