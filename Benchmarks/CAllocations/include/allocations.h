// SPDX-License-Identifier: Apache-2.0
#ifndef LUADESK_ALLOCATIONS_H
#define LUADESK_ALLOCATIONS_H
#include <stdint.h>

/// Allocations of the calling thread since it began: malloc, calloc, realloc, aligned ones. Frees are not counted.
uint64_t allocations_of_thread(void);

#endif
