// The door to posix_spawn, with what glibc adds to it and Swift's own module of glibc leaves out.

#ifndef CUPIBULK_CSPAWN_SHIM_H
#define CUPIBULK_CSPAWN_SHIM_H

#include <spawn.h>

// In the new process, closes every descriptor from this one on (glibc 2.34).
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

// In the new process, enters a folder (glibc 2.29).
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);

// Opens a pipe that no program started meanwhile gets, with O_CLOEXEC as flags.
extern int pipe2(int ends[2], int flags);

#endif
