// epoll and eventfd are not part of Swift's Glibc module; these headers bring them without C code.
#include <sys/epoll.h>
#include <sys/eventfd.h>
