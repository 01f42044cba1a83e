// Nothing is called by name: linking MutexDoor.c is all.
