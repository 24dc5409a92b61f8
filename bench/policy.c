/*
 * The policy bench's engines as plain C, for `npm run bench` to compare with: same trace, same counts.
 *
 *   policy TRACE PAGES FRAMES   TRACE: 32-bit words, page << 1 | store
 *
 * Prints "name faults evictions writebacks seconds" for each policy. Definitions are those of src/core/policy; this
 * shares no code with it. Lists are circular, item indices with one sentinel each.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint32_t *refs;
static size_t n;
static int pages, frames;

static int *frame_of, *page_in;
static uint8_t *dirty;
static int used;
static size_t faults, evictions, write_backs;

static void *room(size_t count, size_t size, int byte) {
    void *p = malloc(count * size + 64);
    if (!p) { perror("malloc"); exit(2); }
    memset(p, byte, count * size + 64);
    return p;
}

static void reset(void) {
    free(frame_of); free(page_in); free(dirty);
    frame_of = room(pages, sizeof(int), 0xff);
    page_in = room(frames, sizeof(int), 0xff);
    dirty = room(frames, 1, 0);
    used = 0;
    faults = evictions = write_backs = 0;
}

static void load(int frame, uint32_t ref) {
    int old = page_in[frame];
    if (old >= 0) { frame_of[old] = -1; evictions++; write_backs += dirty[frame]; }
    page_in[frame] = ref >> 1;
    frame_of[ref >> 1] = frame;
    dirty[frame] = ref & 1;
    faults++;
}

/* Lists */
static int *next_of, *prev_of;
static void lists_new(int items, int lists) {
    free(next_of); free(prev_of);
    next_of = room(items + lists, sizeof(int), 0);
    prev_of = room(items + lists, sizeof(int), 0);
    for (int l = 0; l < lists; l++) next_of[items + l] = prev_of[items + l] = items + l;
}
static inline void push(int sentinel, int item) {
    int first = next_of[sentinel];
    next_of[item] = first; prev_of[item] = sentinel;
    prev_of[first] = item; next_of[sentinel] = item;
}
static inline void take(int item) {
    next_of[prev_of[item]] = next_of[item];
    prev_of[next_of[item]] = prev_of[item];
}

static uint32_t random_state;
static void seed(uint32_t s) { random_state = (s + 1) * 0x9e3779b1u; if (!random_state) random_state = 0x9e3779b9u; }
static uint32_t below(uint32_t limit) {
    uint32_t x = random_state;
    x ^= x << 13; x ^= x >> 17; x ^= x << 5;
    random_state = x;
    return (uint32_t)(((uint64_t)x * limit) >> 32);
}

static void run_fifo(void) {
    int hand = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t r = refs[i];
        int f = frame_of[r >> 1];
        if (f >= 0) { if (r & 1) dirty[f] = 1; continue; }
        if (used < frames) f = used++;
        else { f = hand; hand = hand + 1 == frames ? 0 : hand + 1; }
        load(f, r);
    }
}

static void run_clock(void) {
    uint8_t *bit = room(frames, 1, 0);
    int hand = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t r = refs[i];
        int f = frame_of[r >> 1];
        if (f >= 0) { bit[f] = 1; if (r & 1) dirty[f] = 1; continue; }
        if (used < frames) f = used++;
        else {
            while (bit[hand]) { bit[hand] = 0; hand = hand + 1 == frames ? 0 : hand + 1; }
            f = hand;
            hand = hand + 1 == frames ? 0 : hand + 1;
        }
        load(f, r);
        bit[f] = 1;
    }
    free(bit);
}

static void run_lru(void) {
    lists_new(frames, 1);
    for (size_t i = 0; i < n; i++) {
        uint32_t r = refs[i];
        int f = frame_of[r >> 1];
        if (f >= 0) {
            if (r & 1) dirty[f] = 1;
            if (next_of[frames] == f) continue;
            take(f);
        } else {
            if (used < frames) f = used++;
            else { f = prev_of[frames]; take(f); }
            load(f, r);
        }
        push(frames, f);
    }
}

static void run_random(void) {
    seed(1);
    for (size_t i = 0; i < n; i++) {
        uint32_t r = refs[i];
        int f = frame_of[r >> 1];
        if (f >= 0) { if (r & 1) dirty[f] = 1; continue; }
        load(used < frames ? used++ : (int)below(frames), r);
    }
}

/* NRU: four bit sets; the k-th member by counting words in blocks of 64 words. */
static uint64_t *set_bits[4];
static int *set_block[4], set_size[4];
static void set_add(int c, int f) { set_bits[c][f >> 6] |= 1ull << (f & 63); set_block[c][f >> 12]++; set_size[c]++; }
static void set_drop(int c, int f) { set_bits[c][f >> 6] &= ~(1ull << (f & 63)); set_block[c][f >> 12]--; set_size[c]--; }
static int set_at(int c, int k) {
    int b = 0, w;
    while (k >= set_block[c][b]) k -= set_block[c][b++];
    for (w = b << 6; k >= __builtin_popcountll(set_bits[c][w]); w++) k -= __builtin_popcountll(set_bits[c][w]);
    uint64_t bits = set_bits[c][w];
    while (k--) bits &= bits - 1;
    return (w << 6) + __builtin_ctzll(bits);
}
static void run_nru(void) {
    uint8_t *class_of = room(frames, 1, 0);
    int *touched = room(frames, sizeof(int), 0), count = 0;
    size_t interval = 4 * (size_t)frames;
    for (int c = 0; c < 4; c++) {
        set_bits[c] = room(frames / 64 + 65, 8, 0);
        set_block[c] = room(frames / 4096 + 2, sizeof(int), 0);
        set_size[c] = 0;
    }
    seed(1);
    size_t until = interval;
    for (size_t i = 0; i < n; i++) {
        if (i == until) {
            for (int k = 0; k < count; k++) {
                int f = touched[k];
                set_drop(class_of[f], f); class_of[f] &= 1; set_add(class_of[f], f);
            }
            count = 0;
            until += interval;
        }
        uint32_t r = refs[i];
        int f = frame_of[r >> 1], to;
        if (f >= 0) {
            to = class_of[f] | 2 | (r & 1);
            if (to == class_of[f]) continue;
            dirty[f] = to & 1;
            set_drop(class_of[f], f);
            if (class_of[f] < 2) touched[count++] = f;
        } else {
            to = 2 | (r & 1);
            if (used < frames) { f = used++; load(f, r); touched[count++] = f; }
            else {
                int c = 0;
                while (!set_size[c]) c++;
                f = set_at(c, below(set_size[c]));
                load(f, r);
                set_drop(c, f);
                if (c < 2) touched[count++] = f;
            }
        }
        class_of[f] = to;
        set_add(to, f);
    }
    for (int c = 0; c < 4; c++) { free(set_bits[c]); free(set_block[c]); }
    free(class_of); free(touched);
}

/* LFU: lists of equal count, themselves in a list by count. */
static void run_lfu(void) {
    int lists = frames + 1, spare_count = 0;
    lists_new(frames, lists);
    int *up = room(lists + 1, sizeof(int), 0), *down = room(lists + 1, sizeof(int), 0), *spare = room(lists, sizeof(int), 0), *list_of = room(frames, sizeof(int), 0);
    uint64_t *count_of = room(lists + 1, 8, 0);
    up[lists] = down[lists] = lists;
    for (int l = lists - 1; l >= 0; l--) spare[spare_count++] = l;
    for (size_t i = 0; i < n; i++) {
        uint32_t r = refs[i];
        int f = frame_of[r >> 1], from = lists;
        uint64_t want = 1;
        if (f >= 0) {
            if (r & 1) dirty[f] = 1;
            from = list_of[f];
            want = count_of[from] + 1;
        } else if (used < frames) {
            f = used++;
            load(f, r);
        } else {
            int lowest = up[lists];
            f = prev_of[frames + lowest];
            take(f);
            if (next_of[frames + lowest] == frames + lowest) { up[lists] = up[lowest]; down[up[lowest]] = lists; spare[spare_count++] = lowest; }
            load(f, r);
        }
        int to = up[from];
        if (to == lists || count_of[to] != want) {
            to = spare[--spare_count];
            count_of[to] = want;
            up[to] = up[from]; down[to] = from;
            down[up[from]] = to; up[from] = to;
        }
        if (from != lists) {
            take(f);
            if (next_of[frames + from] == frames + from) { up[down[from]] = up[from]; down[up[from]] = down[from]; spare[spare_count++] = from; }
        }
        list_of[f] = to;
        push(frames + to, f);
    }
    free(up); free(down); free(spare); free(list_of); free(count_of);
}

static void run_2q(void) {
    enum { IN, OUT, AM, NONE };
    uint8_t *where = room(pages, 1, NONE);
    int size[4] = { 0 }, kin = frames / 4, kout = frames / 2;
    lists_new(pages, 3);
    for (size_t i = 0; i < n; i++) {
        uint32_t r = refs[i];
        int p = r >> 1, f = frame_of[p];
        if (f >= 0) {
            if (r & 1) dirty[f] = 1;
            if (where[p] == AM) { take(p); push(pages + AM, p); }
            continue;
        }
        int ghost = where[p] == OUT;
        if (ghost) { take(p); size[OUT]--; }
        if (used < frames) f = used++;
        else {
            int in = size[IN] > kin || !size[AM], y = prev_of[pages + (in ? IN : AM)];
            take(y);
            size[in ? IN : AM]--;
            where[y] = NONE;
            if (in) {
                push(pages + OUT, y); where[y] = OUT;
                if (++size[OUT] > kout) { int z = prev_of[pages + OUT]; take(z); where[z] = NONE; size[OUT]--; }
            }
            f = frame_of[y];
        }
        load(f, r);
        where[p] = ghost ? AM : IN;
        push(pages + where[p], p);
        size[where[p]]++;
    }
    free(where);
}

enum { T1, T2, B1, B2, NOT };
static uint8_t *arc_where;
static int arc_size[5];
static void arc_leave(int p) { take(p); arc_size[arc_where[p]]--; arc_where[p] = NOT; }
static void arc_enter(int list, int p) { push(pages + list, p); arc_where[p] = list; arc_size[list]++; }
static int arc_replace(int in_b2, double p) {
    int t1 = arc_size[T1] >= 1 && (arc_size[T1] > p || (in_b2 && arc_size[T1] == p)), y = prev_of[pages + (t1 ? T1 : T2)];
    arc_leave(y);
    arc_enter(t1 ? B1 : B2, y);
    return frame_of[y];
}
static void run_arc(void) {
    arc_where = room(pages, 1, NOT);
    memset(arc_size, 0, sizeof arc_size);
    lists_new(pages, 4);
    double p = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t r = refs[i];
        int x = r >> 1, f = frame_of[x], list = arc_where[x];
        if (f >= 0) {
            if (r & 1) dirty[f] = 1;
            arc_leave(x);
            arc_enter(T2, x);
            continue;
        }
        f = -1;
        if (list == B1) {
            double step = arc_size[B1] >= arc_size[B2] ? 1 : (double)arc_size[B2] / arc_size[B1];
            p = fmin(frames, p + step);
            f = arc_replace(0, p);
            arc_leave(x);
        } else if (list == B2) {
            double step = arc_size[B2] >= arc_size[B1] ? 1 : (double)arc_size[B1] / arc_size[B2];
            p = fmax(0, p - step);
            f = arc_replace(1, p);
            arc_leave(x);
        } else {
            int l1 = arc_size[T1] + arc_size[B1], all = l1 + arc_size[T2] + arc_size[B2];
            if (l1 == frames) {
                if (arc_size[T1] < frames) { arc_leave(prev_of[pages + B1]); f = arc_replace(0, p); }
                else { int y = prev_of[pages + T1]; f = frame_of[y]; arc_leave(y); }
            } else if (all >= frames) {
                if (all == 2 * frames) arc_leave(prev_of[pages + B2]);
                f = arc_replace(0, p);
            }
        }
        load(f < 0 ? used++ : f, r);
        arc_enter(list == NOT ? T1 : T2, x);
    }
    free(arc_where);
}

static void run_s3fifo(void) {
    enum { S, M, G };
    uint8_t *counter = room(pages, 1, 0), *ghost = room(pages, 1, 0);
    int s = 0, m = 0, g = 0;
    int small = (int)(frames * 0.1), main_share, ghost_share = (int)(frames * (1 - 0.1));
    if (small < 1) small = 1;
    main_share = frames - small;
    lists_new(pages, 3);
    for (size_t i = 0; i < n; i++) {
        uint32_t r = refs[i];
        int p = r >> 1, f = frame_of[p];
        if (f >= 0) {
            if (r & 1) dirty[f] = 1;
            if (counter[p] < 3) counter[p]++;
            continue;
        }
        int known = ghost[p];
        if (known) { take(p); ghost[p] = 0; g--; }
        if (used < frames) f = used++;
        else {
            int y = -1;
            while (y < 0) {
                if (m > main_share || !s) {
                    for (;;) {
                        y = prev_of[pages + M];
                        take(y);
                        if (!counter[y]) { m--; break; }
                        counter[y]--;
                        push(pages + M, y);
                    }
                } else {
                    while (s > 0) {
                        int t = prev_of[pages + S];
                        take(t);
                        s--;
                        if (counter[t] < 2) {
                            y = t;
                            if (ghost_share) {
                                if (g == ghost_share) { int z = prev_of[pages + G]; take(z); ghost[z] = 0; g--; }
                                push(pages + G, t); ghost[t] = 1; g++;
                            }
                            break;
                        }
                        counter[t] = 0;
                        push(pages + M, t);
                        m++;
                    }
                }
            }
            f = frame_of[y];
        }
        load(f, r);
        counter[p] = 0;
        push(pages + (known ? M : S), p);
        if (known) m++; else s++;
    }
    free(counter); free(ghost);
}

/* OPT: a max-heap of next references; keys whose moment has passed are swept out when it is full. */
static uint32_t *heap;
static size_t heap_size;
static void sift(size_t at, uint32_t key) {
    for (size_t c = 2 * at + 1; c < heap_size; c = 2 * at + 1) {
        if (c + 1 < heap_size && heap[c + 1] > heap[c]) c++;
        if (heap[c] <= key) break;
        heap[at] = heap[c];
        at = c;
    }
    heap[at] = key;
}
static void run_opt(void) {
    uint32_t *ahead = room(pages, 4, 0xff), *next = room(n, 4, 0), *loaded = room(frames, 4, 0);
    size_t capacity = 2 * (size_t)frames + 64;
    heap = room(capacity, 4, 0);
    heap_size = 0;
    for (size_t i = n; i-- > 0;) { next[i] = ahead[refs[i] >> 1]; ahead[refs[i] >> 1] = (uint32_t)i; }
    for (size_t i = 0; i < n; i++) {
        uint32_t r = refs[i];
        int f = frame_of[r >> 1];
        if (f >= 0) { if (r & 1) dirty[f] = 1; }
        else {
            if (used < frames) f = used++;
            else {
                uint32_t key = heap[0], last = heap[--heap_size];
                sift(0, last);
                f = frame_of[refs[key < n ? key : 2 * n - key] >> 1];
            }
            load(f, r);
            loaded[f] = (uint32_t)i;
        }
        uint32_t key = next[i];
        if (key == i + 1) continue;
        if (key == UINT32_MAX) key = (uint32_t)(2 * n - loaded[f]);
        if (heap_size == capacity) {
            size_t kept = 0;
            for (size_t k = 0; k < heap_size; k++) if (heap[k] > i) heap[kept++] = heap[k];
            heap_size = kept;
            for (size_t k = kept / 2; k-- > 0;) sift(k, heap[k]);
        }
        size_t at = heap_size++;
        while (at > 0 && heap[(at - 1) / 2] < key) { heap[at] = heap[(at - 1) / 2]; at = (at - 1) / 2; }
        heap[at] = key;
    }
    free(ahead); free(next); free(loaded); free(heap);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    static const struct { const char *name; void (*run)(void); } all[] = {
        { "fifo", run_fifo }, { "clock", run_clock }, { "nru", run_nru }, { "lru", run_lru }, { "lfu", run_lfu },
        { "random", run_random }, { "2q", run_2q }, { "arc", run_arc }, { "s3-fifo", run_s3fifo }, { "opt", run_opt },
    };
    if (argc != 4) { fprintf(stderr, "usage: policy TRACE PAGES FRAMES\n"); return 2; }
    FILE *file = fopen(argv[1], "rb");
    if (!file) { perror(argv[1]); return 2; }
    fseek(file, 0, SEEK_END);
    n = ftell(file) / 4;
    rewind(file);
    refs = room(n, 4, 0);
    if (fread(refs, 4, n, file) != n) { perror(argv[1]); return 2; }
    pages = atoi(argv[2]);
    frames = atoi(argv[3]);
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        double best = 1e9;
        for (int round = 0; round < 3; round++) {
            double from = now();
            reset();
            all[k].run();
            double took = now() - from;
            if (took < best) best = took;
        }
        printf("%s %zu %zu %zu %.6f\n", all[k].name, faults, evictions, write_backs, best);
    }
    return 0;
}
