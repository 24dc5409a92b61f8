/* The server that grows until Friday.
 *
 * Each visitor gets a session. A table keeps the last sixteen; a
 * visitor who comes again after that finds his place taken, and the
 * old session is overwritten, not freed. A hundred bytes a visit are
 * nothing on Monday. Set a breakpoint in the loop and watch the heap
 * in the status bar from stop to stop; the report names the line that
 * loses the sessions.
 */
#include <stdio.h>
#include <stdlib.h>

enum { PLACES = 16, VISITS = 400 };

struct session {
    unsigned visitor;
    char basket[96];
};

static struct session *sessions[PLACES];

static struct session *open_session(unsigned visitor) {
    struct session *session = malloc(sizeof *session);
    session->visitor = visitor;
    snprintf(session->basket, sizeof session->basket, "basket of visitor %u", visitor);
    return session;
}

static void serve(unsigned visitor) {
    unsigned place = visitor % PLACES;
    sessions[place] = open_session(visitor); /* and the one that was there? */
}

static void close_server(void) {
    for (int i = 0; i < PLACES; i++) {
        free(sessions[i]);
        sessions[i] = NULL;
    }
}

int main(void) {
    for (unsigned visit = 0; visit < VISITS; visit++) serve(visit * 7);
    printf("%d visits served\n", VISITS);
    close_server();
    return 0;
}
