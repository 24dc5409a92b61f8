/*
 * getopt (getopt(3)): options of a command line, one at a time. As on Linux, words that are no options are moved behind
 * those that are, unless the list of options begins with '+'.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <unistd.h>

char *optarg;
int optind = 1, opterr = 1, optopt = '?';

/* Rest of the word whose letters are being read, and how many words that are no options lie at optind. */
static char *letters;
static int skipped;

static int is_option(const char *word) { return word[0] == '-' && word[1] != '\0'; }

/* Moves the word at `from` down to optind and steps over it. */
static char *take(char **words, int from) {
  char *word = words[from];
  for (; from > optind; from--) words[from] = words[from - 1];
  words[optind++] = word;
  return word;
}

static int complain(const char *program, const char *options, const char *what, char letter, int answer) {
  optopt = letter;
  if (opterr != 0 && options[0] != ':') fprintf(stderr, "%s: %s -- '%c'\n", program, what, letter);
  return answer;
}

int getopt(int argc, char *const argv[], const char *options) {
  char **words = (char **)argv;
  int in_order = options[0] == '+';
  if (in_order) options++;
  optarg = NULL;
  if (optind == 0) {
    optind = 1;
    letters = NULL;
  }
  if (letters == NULL || *letters == '\0') {
    int at = optind;
    while (at < argc && !in_order && !is_option(words[at])) at++;
    if (at >= argc || !is_option(words[at])) return -1;
    skipped = at - optind;
    letters = take(words, at) + 1;
    if (strcmp(letters, "-") == 0) {
      letters = NULL;
      return -1;
    }
  }
  char letter = *letters++;
  const char *found = letter == ':' ? NULL : strchr(options, letter);
  if (found == NULL) return complain(argv[0], options, "invalid option", letter, '?');
  if (found[1] != ':') return (unsigned char)letter;
  char *rest = *letters != '\0' ? letters : NULL;
  letters = NULL;
  if (rest != NULL || found[2] == ':') optarg = rest;
  else if (optind + skipped < argc) optarg = take(words, optind + skipped);
  else return complain(argv[0], options, "option requires an argument", letter, options[0] == ':' ? ':' : '?');
  return (unsigned char)letter;
}
