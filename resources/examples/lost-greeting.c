/* Two greetings, and one is lost for ever. Press Run! */
#include <stdio.h>
#include <stdlib.h>

static char *greeting(const char *name) {
    /* Whoever gets this block has to free it. */
    char *text = malloc(32);
    snprintf(text, 32, "Hello, %s!", name);
    return text;
}

int main(void) {
    char *line = greeting("Ada");
    line = greeting("Grace");
    puts(line);
    free(line);
    return 0;
}
