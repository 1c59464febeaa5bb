// Runs coroutines to their end or to a time limit, one at a time. No part of a coroutine outlives the call
// that runs it.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <utility>

#include "client_under_test/reference/net/route.h"

namespace pinlab::reference {

class Pace {
  public:
    using Clock = std::chrono::steady_clock;

    explicit Pace(boost::asio::io_context& io) : io_(io) {}

    /// The result of the step. A step that reaches the limit gives a Refusal without faults; `cut` must close
    /// its socket, which ends it.
    template <class Step, class Cut>
    Fault run_for(Clock::duration limit, Step step, Cut cut) {
        Fault result;
        bool done = false;
        boost::asio::co_spawn(io_, step(), [&](const std::exception_ptr& error, Fault fault) {
            if (error) std::rethrow_exception(error);
            result = std::move(fault);
            done = true;
        });
        io_.restart();
        io_.run_for(limit);
        if (done) return result;
        cut();
        io_.restart();
        io_.run();
        return Refusal{};
    }

  private:
    boost::asio::io_context& io_;
};

}  // namespace pinlab::reference
