#include "native/signal_return.h"

namespace banter::native {

void learn_signal_returns() {}

}  // namespace banter::native
