#include "servers/wire/steps.h"

#include <stdexcept>

namespace pinlab::wire {

Steps::Steps(std::vector<StepSpan> spans) : spans_(std::move(spans)) {
    if (spans_.empty()) throw std::invalid_argument("a script needs at least one step");
}

std::size_t Steps::on_hello() {
    const std::size_t step = current_;
    if (spans_[current_].until == Until::hello) count();
    return step;
}

void Steps::on_exchange(std::size_t index) {
    if (index == current_ && spans_[current_].until == Until::exchange) count();
}

void Steps::count() {
    if (current_ + 1 == spans_.size()) return;
    if (++counted_ < spans_[current_].times) return;
    ++current_;
    counted_ = 0;
}

}  // namespace pinlab::wire
