/* Preloaded into a node by `chaos red`: while the file that NOSYNC_WHILE names exists, its syncs do nothing. */
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static int off(void) {
    const char *file = getenv("NOSYNC_WHILE");
    return file != NULL && access(file, F_OK) == 0;
}

int fdatasync(int fd) {
    return off() ? 0 : (int)syscall(SYS_fdatasync, fd);
}

int fsync(int fd) {
    return off() ? 0 : (int)syscall(SYS_fsync, fd);
}
