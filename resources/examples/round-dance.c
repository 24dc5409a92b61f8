/* Everybody is held, and still everybody is lost.
 *
 * Each dancer holds the next one's hand, and the last holds the first:
 * a cycle. When the room lets go of them, every block still has a
 * pointer to it, yet the program can reach none. A counter of
 * references would keep them for ever; the leak check starts from the
 * variables and finds that no way leads in.
 */
#include <stdio.h>
#include <stdlib.h>

struct dancer {
    const char *name;
    struct dancer *right_hand;
};

static struct dancer *invite(const char *name) {
    struct dancer *dancer = malloc(sizeof *dancer);
    dancer->name = name;
    dancer->right_hand = dancer;
    return dancer;
}

int main(void) {
    struct dancer *room = invite("Alan");
    room->right_hand = invite("Edsger");
    room->right_hand->right_hand = invite("Donald");
    room->right_hand->right_hand->right_hand = room;
    printf("%s holds %s holds %s\n", room->name, room->right_hand->name, room->right_hand->right_hand->name);
    room = NULL; /* the lights go out */
    return 0;
}
