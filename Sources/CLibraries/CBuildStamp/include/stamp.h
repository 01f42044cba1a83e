// What the program was built from, as Tools/build.sh found it; each text is empty if it is not known.

#ifndef CUPIBULK_CBUILDSTAMP_STAMP_H
#define CUPIBULK_CBUILDSTAMP_STAMP_H

/* The commit: 40 hexadecimal digits. */
const char *cupibulk_build_commit(void);

/* The time of the commit, in UTC: 2026-11-28T15:28:25Z. */
const char *cupibulk_build_date(void);

/* "1" if the sources differed from the commit, else "0". */
const char *cupibulk_build_dirty(void);

/* The version of the Swift compiler: 6.3.1. */
const char *cupibulk_build_swift(void);

#endif
