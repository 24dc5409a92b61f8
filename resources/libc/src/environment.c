/*
 * Environment variables (getenv(3), setenv(3)). The array that the machine made lies on the stack; the first change
 * copies it to the heap. Values that setenv made are remembered and freed by __pw_freeres, never before: the program
 * may still hold pointers to them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct made_value {
  struct made_value *next;
  char *text;
  size_t unused;
};

static char **own_array;
static struct made_value *made_values;

/* Index of the variable, or the number of variables. */
static size_t find(const char *name, size_t length) {
  size_t i = 0;
  for (; environ != NULL && environ[i] != NULL; i++) {
    if (strncmp(environ[i], name, length) == 0 && environ[i][length] == '=') break;
  }
  return i;
}

char *getenv(const char *name) {
  size_t length = strlen(name);
  if (environ == NULL || length == 0) return NULL;
  size_t i = find(name, length);
  return environ[i] == NULL ? NULL : environ[i] + length + 1;
}

char *secure_getenv(const char *name) { return getenv(name); }

/* Puts "name=value" into the array, which grows by one place for a new name. */
static int put(char *assignment, size_t length) {
  size_t i = find(assignment, length);
  if (environ != NULL && environ[i] != NULL) {
    environ[i] = assignment;
    return 0;
  }
  int foreign = environ != own_array;
  char **array = realloc(own_array, (i + 2) * sizeof(char *));
  if (array == NULL) return -1;
  if (foreign && i > 0) memcpy(array, environ, i * sizeof(char *));
  array[i] = assignment;
  array[i + 1] = NULL;
  own_array = environ = array;
  return 0;
}

int setenv(const char *name, const char *value, int overwrite) {
  size_t length = name == NULL ? 0 : strlen(name);
  if (length == 0 || strchr(name, '=') != NULL) {
    errno = EINVAL;
    return -1;
  }
  if (!overwrite && getenv(name) != NULL) return 0;
  size_t value_length = strlen(value);
  char *text = malloc(length + value_length + 2);
  struct made_value *made = text == NULL ? NULL : malloc(sizeof *made);
  if (made == NULL) {
    free(text);
    return -1;
  }
  memcpy(text, name, length);
  text[length] = '=';
  memcpy(text + length + 1, value, value_length + 1);
  made->text = text;
  made->next = made_values;
  made_values = made;
  return put(text, length);
}

int unsetenv(const char *name) {
  size_t length = name == NULL ? 0 : strlen(name);
  if (length == 0 || strchr(name, '=') != NULL) {
    errno = EINVAL;
    return -1;
  }
  for (size_t i; environ != NULL && environ[i = find(name, length)] != NULL;) {
    for (; environ[i] != NULL; i++) environ[i] = environ[i + 1];
  }
  return 0;
}

/* The string itself becomes part of the environment; without '=' the variable is removed. */
int putenv(char *assignment) {
  char *equals = strchr(assignment, '=');
  return equals == NULL ? unsetenv(assignment) : put(assignment, (size_t)(equals - assignment));
}

int clearenv(void) {
  free(own_array);
  own_array = environ = NULL;
  return 0;
}

void __pw_free_environment(void) {
  free(own_array);
  own_array = NULL;
  while (made_values != NULL) {
    struct made_value *made = made_values;
    made_values = made->next;
    free(made->text);
    free(made);
  }
}
