/*
 * Date and time (C11 7.27, POSIX). Time is the machine's simulated time; the local time zone is UTC. Dates are those of
 * the proleptic Gregorian calendar, counted in days from 1 March of year 0 so that a leap day ends its year.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include "intrinsics.h"

#define SECONDS_PER_DAY 86400
#define DAYS_PER_ERA 146097 /* 400 years */
#define EPOCH_DAYS 719468   /* from 0000-03-01 to 1970-01-01 */

char *tzname[2] = {"UTC", "UTC"};

static const char day_names[7][10] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
static const char month_names[12][10] = {"January", "February", "March", "April", "May", "June", "July", "August",
                                         "September", "October", "November", "December"};

void tzset(void) {}

int clock_gettime(clockid_t clock, struct timespec *to) {
  if (clock < 0 || clock > CLOCK_THREAD_CPUTIME_ID) {
    errno = EINVAL;
    return -1;
  }
  long long ns = __pw_clock_gettime(clock == CLOCK_THREAD_CPUTIME_ID ? CLOCK_PROCESS_CPUTIME_ID : clock);
  to->tv_sec = ns / 1000000000;
  to->tv_nsec = ns % 1000000000;
  return 0;
}

int clock_getres(clockid_t clock, struct timespec *to) {
  if (clock < 0 || clock > CLOCK_THREAD_CPUTIME_ID) {
    errno = EINVAL;
    return -1;
  }
  if (to != NULL) *to = (struct timespec){0, 1};
  return 0;
}

time_t time(time_t *to) {
  time_t now = __pw_clock_gettime(CLOCK_REALTIME) / 1000000000;
  if (to != NULL) *to = now;
  return now;
}

clock_t clock(void) { return __pw_clock_gettime(CLOCK_PROCESS_CPUTIME_ID) / (1000000000 / CLOCKS_PER_SEC); }

int gettimeofday(struct timeval *restrict to, void *restrict zone) {
  (void)zone;
  long long ns = __pw_clock_gettime(CLOCK_REALTIME);
  to->tv_sec = ns / 1000000000;
  to->tv_usec = ns % 1000000000 / 1000;
  return 0;
}

int timespec_get(struct timespec *to, int base) {
  if (base != TIME_UTC) return 0;
  clock_gettime(CLOCK_REALTIME, to);
  return base;
}

double difftime(time_t later, time_t earlier) { return (double)later - (double)earlier; }

static long floor_divide(long a, long b) { return a / b - (a % b < 0); }

static int is_leap(long year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

/* Days from 1970-01-01 to the first of a month (0 to 11) of a year. */
static long days_to_month(long year, int month) {
  long shifted = month < 2 ? year - 1 : year;
  int month_from_march = (month + 10) % 12;
  long era = floor_divide(shifted, 400), year_of_era = shifted - era * 400;
  long day_of_year = (153 * month_from_march + 2) / 5;
  return era * DAYS_PER_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - EPOCH_DAYS;
}

struct tm *gmtime_r(const time_t *restrict when, struct tm *restrict to) {
  long days = floor_divide(*when, SECONDS_PER_DAY);
  int seconds = (int)(*when - days * SECONDS_PER_DAY);
  long shifted = days + EPOCH_DAYS;
  long era = floor_divide(shifted, DAYS_PER_ERA), day_of_era = shifted - era * DAYS_PER_ERA;
  long year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  long day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int month_from_march = (int)((5 * day_of_year + 2) / 153);
  int month = (month_from_march + 2) % 12;
  long year = era * 400 + year_of_era + (month < 2) - 1900;
  if (year > INT_MAX || year < INT_MIN) {
    errno = EOVERFLOW;
    return NULL;
  }
  *to = (struct tm){.tm_sec = seconds % 60, .tm_min = seconds / 60 % 60, .tm_hour = seconds / 3600, .tm_mon = month,
                    .tm_mday = (int)(day_of_year - (153 * month_from_march + 2) / 5) + 1, .tm_year = (int)year, .tm_zone = "GMT"};
  to->tm_wday = (int)((days % 7 + 11) % 7);
  to->tm_yday = (int)(days - days_to_month(year + 1900, 0));
  return to;
}

static struct tm shared_parts;
static char shared_text[64];

struct tm *gmtime(const time_t *when) { return gmtime_r(when, &shared_parts); }

struct tm *localtime_r(const time_t *restrict when, struct tm *restrict to) {
  if (gmtime_r(when, to) == NULL) return NULL;
  to->tm_zone = "UTC";
  return to;
}

struct tm *localtime(const time_t *when) { return localtime_r(when, &shared_parts); }

time_t timegm(struct tm *parts) {
  long months = parts->tm_mon, years = floor_divide(months, 12);
  long days = days_to_month(1900 + (long)parts->tm_year + years, (int)(months - years * 12)) + parts->tm_mday - 1;
  time_t when = days * SECONDS_PER_DAY + parts->tm_hour * 3600L + parts->tm_min * 60L + parts->tm_sec;
  return gmtime_r(&when, parts) == NULL ? -1 : when;
}

time_t mktime(struct tm *parts) {
  time_t when = timegm(parts);
  parts->tm_zone = "UTC";
  return when;
}

char *asctime_r(const struct tm *restrict parts, char *restrict to) {
  const char *day = parts->tm_wday >= 0 && parts->tm_wday < 7 ? day_names[parts->tm_wday] : "???";
  const char *month = parts->tm_mon >= 0 && parts->tm_mon < 12 ? month_names[parts->tm_mon] : "???";
  sprintf(to, "%.3s %.3s%3d %.2d:%.2d:%.2d %d\n", day, month, parts->tm_mday, parts->tm_hour, parts->tm_min, parts->tm_sec, 1900 + parts->tm_year);
  return to;
}

char *asctime(const struct tm *parts) { return asctime_r(parts, shared_text); }

char *ctime_r(const time_t *when, char *to) {
  struct tm parts;
  return localtime_r(when, &parts) == NULL ? NULL : asctime_r(&parts, to);
}

char *ctime(const time_t *when) { return ctime_r(when, shared_text); }

/* ISO 8601 week and its year. */
static int iso_week(const struct tm *parts, long *year) {
  *year = parts->tm_year + 1900L;
  int monday_based = (parts->tm_wday + 6) % 7;
  int week = (parts->tm_yday - monday_based + 10) / 7;
  if (week < 1) {
    --*year;
    int yday = parts->tm_yday + 365 + is_leap(*year);
    return (yday - monday_based + 10) / 7;
  }
  if (week == 53 && parts->tm_yday - monday_based + 3 >= 365 + is_leap(*year)) {
    ++*year;
    return 1;
  }
  return week;
}

/* Text of a conversion into `to` (64 bytes), or the format that it stands for. */
static const char *conversion(char letter, const struct tm *parts, char *to) {
  long year = parts->tm_year + 1900L, iso_year;
  int hour12 = parts->tm_hour % 12 == 0 ? 12 : parts->tm_hour % 12;
  const char *day = parts->tm_wday >= 0 && parts->tm_wday < 7 ? day_names[parts->tm_wday] : "?";
  const char *month = parts->tm_mon >= 0 && parts->tm_mon < 12 ? month_names[parts->tm_mon] : "?";
  *to = 0;
  switch (letter) {
    case 'a': sprintf(to, "%.3s", day); break;
    case 'A': sprintf(to, "%s", day); break;
    case 'b': case 'h': sprintf(to, "%.3s", month); break;
    case 'B': sprintf(to, "%s", month); break;
    case 'c': return "%a %b %e %H:%M:%S %Y";
    case 'C': sprintf(to, "%02ld", floor_divide(year, 100)); break;
    case 'd': sprintf(to, "%02d", parts->tm_mday); break;
    case 'D': case 'x': return "%m/%d/%y";
    case 'e': sprintf(to, "%2d", parts->tm_mday); break;
    case 'F': return "%Y-%m-%d";
    case 'g': iso_week(parts, &iso_year); sprintf(to, "%02ld", (iso_year % 100 + 100) % 100); break;
    case 'G': iso_week(parts, &iso_year); sprintf(to, "%ld", iso_year); break;
    case 'H': sprintf(to, "%02d", parts->tm_hour); break;
    case 'I': sprintf(to, "%02d", hour12); break;
    case 'j': sprintf(to, "%03d", parts->tm_yday + 1); break;
    case 'k': sprintf(to, "%2d", parts->tm_hour); break;
    case 'l': sprintf(to, "%2d", hour12); break;
    case 'm': sprintf(to, "%02d", parts->tm_mon + 1); break;
    case 'M': sprintf(to, "%02d", parts->tm_min); break;
    case 'n': return "\n";
    case 'p': sprintf(to, parts->tm_hour >= 12 ? "PM" : "AM"); break;
    case 'P': sprintf(to, parts->tm_hour >= 12 ? "pm" : "am"); break;
    case 'r': return "%I:%M:%S %p";
    case 'R': return "%H:%M";
    case 's': {
      struct tm copy = *parts;
      sprintf(to, "%ld", mktime(&copy));
      break;
    }
    case 'S': sprintf(to, "%02d", parts->tm_sec); break;
    case 't': return "\t";
    case 'T': case 'X': return "%H:%M:%S";
    case 'u': sprintf(to, "%d", (parts->tm_wday + 6) % 7 + 1); break;
    case 'U': sprintf(to, "%02d", (parts->tm_yday - parts->tm_wday + 7) / 7); break;
    case 'V': sprintf(to, "%02d", iso_week(parts, &iso_year)); break;
    case 'w': sprintf(to, "%d", parts->tm_wday); break;
    case 'W': sprintf(to, "%02d", (parts->tm_yday - (parts->tm_wday + 6) % 7 + 7) / 7); break;
    case 'y': sprintf(to, "%02ld", (year % 100 + 100) % 100); break;
    case 'Y': sprintf(to, "%ld", year); break;
    case 'z': return "+0000";
    case 'Z': return parts->tm_zone != NULL ? parts->tm_zone : "UTC";
    case '%': return "%%";
    default: sprintf(to, "%%%c", letter); break;
  }
  return NULL;
}

size_t strftime(char *restrict to, size_t size, const char *restrict format, const struct tm *restrict parts) {
  size_t length = 0;
  for (; *format != 0; format++) {
    char text[64];
    size_t n = 1;
    text[0] = *format;
    if (*format == '%') {
      do format++;
      while (*format == 'E' || *format == 'O');
      if (*format == 0) break;
      const char *composed = conversion(*format, parts, text);
      if (composed == NULL) n = strlen(text);
      else if (strcmp(composed, "%%") == 0) n = 1, text[0] = '%';
      else n = strftime(text, sizeof text, composed, parts);
    }
    if (length + n >= size) return 0;
    memcpy(to + length, text, n);
    length += n;
  }
  if (length >= size) return 0;
  to[length] = 0;
  return length;
}
