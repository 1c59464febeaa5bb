// pinlab-mortal PROGRAM [ARGUMENT...]: becomes PROGRAM, which the kernel kills when the process that started
// it dies. prctl(2), PR_SET_PDEATHSIG: the setting survives execve(2), except into a set-user-ID program.
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

int main(int argc, char** argv) {
    if (argc < 2) {
        (void)std::fputs("usage: pinlab-mortal PROGRAM [ARGUMENT...]\n", stderr);
        return 2;
    }
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
        std::perror("pinlab-mortal");
        return 126;
    }
    ::execvp(argv[1], argv + 1);
    const int missing = errno == ENOENT ? 127 : 126;
    (void)std::fprintf(stderr, "pinlab-mortal: %s: %s\n", argv[1], ::strerrordesc_np(errno));
    return missing;
}
