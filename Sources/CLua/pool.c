// SPDX-License-Identifier: Apache-2.0
//
// Memory for the small blocks of one state, of which Lua has hundreds of thousands: tables, closures, short strings.
//
// malloc would do, but for one thing: it tidies up the small blocks that were freed all at once, when a large one is
// freed, and a script that dropped a full heap was then held up for 140 ms. Here a block goes back to its slab, and a
// slab without blocks to the state, for blocks of any size.

#include "internal.h"

#include <sys/mman.h>

#define SLAB ((size_t)16 << 10)
#define REGION ((size_t)1 << 20)
#define GRAIN 16

/// Stands at the begin of its 16 KiB, which are aligned to as much.
struct slab {
    struct slab *next, *previous;
    void *freed;
    uint32_t class, live, fresh, capacity;
};

/// What is mapped at once; slabs are cut from it where alignment allows.
struct region {
    struct region *next;
    size_t size;
};

static char *slab_block(struct slab *slab, size_t index) {
    return (char *)slab + 64 + index * ((slab->class + 1) * GRAIN);
}

/// The first slab of a class's list has room.
static void link_slab(pool *p, struct slab *slab) {
    slab->previous = NULL;
    slab->next = p->open[slab->class];
    if (slab->next) slab->next->previous = slab;
    p->open[slab->class] = slab;
}

static void unlink_slab(pool *p, struct slab *slab) {
    if (slab->previous) slab->previous->next = slab->next;
    else p->open[slab->class] = slab->next;
    if (slab->next) slab->next->previous = slab->previous;
    slab->next = slab->previous = NULL;
}

static bool map_region(pool *p) {
    if (p->mapped + REGION > p->most) return false;
    char *memory = mmap(NULL, REGION, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return false;
    struct region *region = (struct region *)memory;
    region->next = p->regions;
    region->size = REGION;
    p->regions = region;
    p->mapped += REGION;
    uintptr_t first = ((uintptr_t)memory + sizeof *region + SLAB - 1) & ~(SLAB - 1);
    p->fresh = (char *)first;
    p->fresh_end = memory + REGION;
    return true;
}

static struct slab *new_slab(pool *p, uint32_t class) {
    struct slab *slab = p->empty;
    if (slab) {
        p->empty = slab->next;
    } else {
        if ((size_t)(p->fresh_end - p->fresh) < SLAB && !map_region(p)) return NULL;
        slab = (struct slab *)p->fresh;
        p->fresh += SLAB;
    }
    *slab = (struct slab){.class = class, .capacity = (uint32_t)((SLAB - 64) / ((class + 1) * GRAIN))};
    link_slab(p, slab);
    return slab;
}

void pool_begin(pool *p, size_t most) {
    memset(p, 0, sizeof *p);
    p->most = most;
}

void *pool_take(pool *p, size_t size) {
    uint32_t class = (uint32_t)((size - 1) / GRAIN);
    struct slab *slab = p->open[class];
    if (!slab && !(slab = new_slab(p, class))) return NULL;
    void *block = slab->freed;
    if (block) slab->freed = *(void **)block;
    else block = slab_block(slab, slab->fresh++);
    if (++slab->live == slab->capacity) unlink_slab(p, slab);
    return block;
}

void pool_give(pool *p, void *block) {
    struct slab *slab = (struct slab *)((uintptr_t)block & ~(SLAB - 1));
    *(void **)block = slab->freed;
    slab->freed = block;
    if (slab->live-- == slab->capacity) link_slab(p, slab);
    if (slab->live > 0) return;
    unlink_slab(p, slab);
    slab->next = p->empty;
    p->empty = slab;
}

void pool_end(pool *p) {
    struct region *next;
    for (struct region *region = p->regions; region; region = next) {
        next = region->next;
        munmap(region, region->size);
    }
}
