/* CThread/thread.h: a number of the calling thread, in one instruction where pthread_self() is a call. */
#pragma once
#include <pthread.h>
#include <stdint.h>

/* Differs between threads that live at the same time; says nothing else. */
static inline uintptr_t smr_thread(void) {
#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
  return (uintptr_t)__builtin_thread_pointer();
#else
  return (uintptr_t)pthread_self();
#endif
}
