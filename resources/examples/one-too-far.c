/* The most famous mistake in C: one step too far.
 *
 * Five rooms have the numbers 0 to 4. The loop also asks for room 5,
 * which belongs to nobody: an invalid read, 0 bytes after a block of
 * size 20. On a real machine it often "works" and gives some number,
 * which is the worst outcome of all.
 */
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    int *guests = malloc(5 * sizeof *guests);
    for (int room = 0; room < 5; room++) guests[room] = room + 1;
    int total = 0;
    for (int room = 0; room <= 5; room++) total += guests[room];
    printf("%s\n", total >= 15 ? "the hotel is full" : "there is a room free");
    free(guests);
    return 0;
}
