// Forking witnesses from a warm process: whose children they are, what they hold, what they leave alone.
#include "servers/net/fork_server.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <string>

namespace {

using namespace pinlab;

/// A warm process whose witnesses say what they are; `line` is its stdin.
struct Warm {
    int line = -1;
    pid_t pid = -1;

    Warm() {
        int ends[2];
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
        line = ends[0];
        pid = ::fork();
        if (pid != 0) {
            ::close(ends[1]);
            return;
        }
        ::close(ends[0]);
        ::dup2(ends[1], STDIN_FILENO);
        ::close(ends[1]);
        ::_exit(wire::run_fork_server([] {
            std::string facts;
            for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd"))
                facts += entry.path().filename().string() + " ";
            facts += ::getsid(0) == ::getpid() ? "leads" : "follows";
            if (::write(STDOUT_FILENO, facts.data(), facts.size()) < 0) return 1;
            char byte = 0;
            return ::read(STDIN_FILENO, &byte, 1) == 1 ? byte : 0;
        }));
    }
    ~Warm() {
        ::close(line);
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
    }
    void send(const std::array<int, 3>& three) const {
        char byte = 0;
        iovec data{&byte, 1};
        alignas(cmsghdr) char control[CMSG_SPACE(sizeof three)] = {};
        msghdr message{};
        message.msg_iov = &data;
        message.msg_iovlen = 1;
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        cmsghdr* head = CMSG_FIRSTHDR(&message);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(sizeof three);
        std::memcpy(CMSG_DATA(head), three.data(), sizeof three);
        ASSERT_EQ(::sendmsg(line, &message, 0), 1);
    }
    pid_t answer() const {
        std::string text;
        for (char c = 0; ::read(line, &c, 1) == 1 && c != '\n';) text += c;
        return text.empty() ? -1 : std::stoi(text);
    }
};

struct Pipe {
    int ends[2] = {-1, -1};
    Pipe() { EXPECT_EQ(::pipe(ends), 0); }
    ~Pipe() {
        for (const int end : ends) ::close(end);
    }
};

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

TEST(Warm, AWitnessIsASiblingWithThreeDescriptorsAndASessionOfItsOwn) {
    const Warm warm;
    const Pipe in, out, err;
    warm.send({in.ends[0], out.ends[1], err.ends[1]});
    const pid_t witness = warm.answer();
    ASSERT_GT(witness, 0);
    char facts[256];
    const ssize_t count = ::read(out.ends[0], facts, sizeof facts);
    // "3" is the folder of descriptors while it is read.
    EXPECT_EQ(std::string(facts, count > 0 ? static_cast<std::size_t>(count) : 0), "0 1 2 3 leads");
    ASSERT_EQ(::write(in.ends[1], "\x07", 1), 1);
    int status = 0;
    ASSERT_EQ(::waitpid(witness, &status, 0), witness) << "not a child of the parent of the warm process";
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 7);
}

TEST(Warm, AWitnessOutlivesTheWarmProcessAndTheOtherWayRound) {
    Warm warm;
    const Pipe in, out, err;
    warm.send({in.ends[0], out.ends[1], err.ends[1]});
    const pid_t first = warm.answer();
    warm.send({in.ends[0], out.ends[1], err.ends[1]});
    const pid_t second = warm.answer();
    int status = 0;
    ASSERT_EQ(::kill(first, SIGKILL), 0);
    ASSERT_EQ(::waitpid(first, &status, 0), first);
    ASSERT_EQ(::kill(warm.pid, SIGKILL), 0);
    ASSERT_EQ(::waitpid(warm.pid, &status, 0), warm.pid);
    ASSERT_EQ(::write(in.ends[1], "\x05", 1), 1);
    ASSERT_EQ(::waitpid(second, &status, 0), second);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 5);
}

TEST(Warm, ItEndsWithItsLineAndAtAMessageWithoutDescriptors) {
    for (const bool speak : {false, true}) {
        const Warm warm;
        if (speak) {
            ASSERT_EQ(::send(warm.line, "x", 1, 0), 1);
        } else {
            ASSERT_EQ(::shutdown(warm.line, SHUT_WR), 0);
        }
        int status = 0;
        ASSERT_EQ(::waitpid(warm.pid, &status, 0), warm.pid);
        EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
}

#endif

TEST(Warm, WarmingUpIsSelfContainedAndMayBeRepeated) {
    wire::warm_up();
    wire::warm_up();
}

}  // namespace
