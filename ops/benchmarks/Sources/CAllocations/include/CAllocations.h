// Counts the allocations of the whole process, the Swift runtime's too.
//
// How: allocations.c defines malloc, calloc, realloc, posix_memalign, aligned_alloc and memalign in the executable. A
// definition there goes before the C library's in every shared library, so no LD_PRELOAD and no malloc hook is needed.
// Each one counts and passes the call on to glibc's own __libc_malloc, __libc_calloc, __libc_realloc, __libc_memalign;
// free stays glibc's. Elsewhere than on glibc nothing is defined and nothing is counted.

#ifndef CALLOCATIONS_H
#define CALLOCATIONS_H

#include <stdbool.h>

/// Whether this platform can count.
bool allocations_countable(void);

/// Starts at zero and counts the allocations of all threads.
void allocations_start(void);

/// Stops and returns the count.
long allocations_stop(void);

#endif
