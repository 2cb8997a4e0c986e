// precompiled_test.h -- the same for tests.
#pragma once

#include "precompiled.h"

#include <gtest/gtest.h>
