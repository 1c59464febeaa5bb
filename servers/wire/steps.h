// The pointer into a script: which step the next ClientHello meets, and what moves it on.
// A step is consumed by complete ClientHellos or by completed exchanges, never by an accept; the last one
// repeats for ever.
#pragma once

#include <cstddef>
#include <vector>

namespace pinlab::wire {

enum class Until { hello, exchange };

/// How long one step lasts.
struct StepSpan {
    Until until = Until::hello;
    std::size_t times = 1;  ///< at least 1
};

class Steps {
  public:
    /// `spans` has at least one entry (std::invalid_argument otherwise).
    explicit Steps(std::vector<StepSpan> spans);

    /// A complete ClientHello arrived: the index of the step it meets.
    std::size_t on_hello();
    /// The index of the step that the next ClientHello will meet.
    std::size_t current() const { return current_; }
    /// An exchange was completed on a connection that met step `index`; counts only while that step is
    /// current.
    void on_exchange(std::size_t index);

  private:
    void count();

    std::vector<StepSpan> spans_;
    std::size_t current_ = 0;
    std::size_t counted_ = 0;
};

}  // namespace pinlab::wire
