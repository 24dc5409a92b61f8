/* A hash table of words: string functions, formatting, small blocks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 1024 };
struct entry { char *word; int count; struct entry *next; };
static struct entry *table[BUCKETS];

static unsigned hash(const char *word) {
    unsigned h = 2166136261u;
    while (*word) h = (h ^ (unsigned char)*word++) * 16777619u;
    return h;
}

static struct entry *find(const char *word) {
    unsigned bucket = hash(word) % BUCKETS;
    for (struct entry *entry = table[bucket]; entry; entry = entry->next)
        if (strcmp(entry->word, word) == 0) return entry;
    struct entry *entry = malloc(sizeof *entry);
    entry->word = strdup(word);
    entry->count = 0;
    entry->next = table[bucket];
    table[bucket] = entry;
    return entry;
}

int main(void) {
    char word[32];
    unsigned seed = 1;
    for (int i = 0; i < 250000; i++) {
        seed = seed * 1103515245u + 12345u;
        snprintf(word, sizeof word, "word%u", (seed >> 16) % 5000);
        find(word)->count++;
    }
    int words = 0, most = 0;
    for (int i = 0; i < BUCKETS; i++)
        while (table[i]) {
            struct entry *entry = table[i];
            table[i] = entry->next;
            words++;
            if (entry->count > most) most = entry->count;
            free(entry->word);
            free(entry);
        }
    printf("%d words, at most %d times\n", words, most);
    return 0;
}
