// The copy kernels of every ISA this machine has: copies, fills, gathers, scatters and transposes
// of every element size, against single-element copies; nothing beyond the result is written.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "corepy/dispatch/isa.h"
#include "corepy/kernels/copy_table.h"

#define COREPY_X(isa)                    \
  namespace corepy::isa {                \
  extern const CopyKernels copy_kernels; \
  }
COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X

namespace corepy {
namespace {

using Bytes = std::vector<unsigned char>;

struct IsaKernels {
  std::string name;
  const CopyKernels* kernels;
};
std::vector<IsaKernels> available_isas() {
  std::vector<IsaKernels> found;
#define COREPY_X(isa) \
  if (is_available(Isa::isa)) found.push_back({#isa, &isa::copy_kernels});
  COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
  return found;
}

// Bytes no two neighbouring runs of which are alike.
Bytes patterned(std::size_t count) {
  Bytes bytes(count);
  std::uint32_t state = 12345;
  for (auto& byte : bytes) {
    state = state * 1664525u + 1013904223u;
    byte = static_cast<unsigned char>(state >> 24);
  }
  return bytes;
}

class Copy : public ::testing::TestWithParam<int> {
 protected:
  int size() const { return GetParam(); }
  int index() const { return copy_size_index(GetParam()); }
};
INSTANTIATE_TEST_SUITE_P(ElementSizes, Copy, ::testing::Values(1, 2, 4, 8, 16));

TEST_P(Copy, GatherReadsAnyStride) {
  const std::int64_t lengths[] = {0, 1, 3, 16, 100};
  for (const IsaKernels& isa : available_isas()) {
    for (const std::int64_t length : lengths) {
      for (const std::int64_t stride : {0, 1, -1, 2, -2, 3, 7, -16}) {
        const std::int64_t step = stride * size();
        const Bytes in = patterned(static_cast<std::size_t>(101 * 16 * size() + 1));
        const unsigned char* start = in.data() + 1 + (step < 0 ? -step * 100 : 0);
        Bytes expected(static_cast<std::size_t>(length * size()) + 65, 0xa5), out = expected;
        for (std::int64_t i = 0; i < length; ++i) {
          std::memcpy(expected.data() + 1 + i * size(), start + i * step,
                      static_cast<std::size_t>(size()));
        }
        isa.kernels->gather[index()](start, step, out.data() + 1, length);
        ASSERT_EQ(out, expected) << isa.name << " stride " << stride << " length " << length;
      }
    }
  }
}

TEST_P(Copy, ScatterWritesAnyStride) {
  for (const IsaKernels& isa : available_isas()) {
    for (const std::int64_t length : {0, 1, 3, 16, 100}) {
      for (const std::int64_t stride : {1, -1, 2, -2, 3, 7, -16}) {
        const std::int64_t step = stride * size();
        const Bytes in = patterned(static_cast<std::size_t>(length * size()));
        Bytes expected(static_cast<std::size_t>(101 * 16 * size() + 2), 0xa5), out = expected;
        const std::int64_t origin = 1 + (step < 0 ? -step * 100 : 0);
        for (std::int64_t i = 0; i < length; ++i) {
          std::memcpy(expected.data() + origin + i * step, in.data() + i * size(),
                      static_cast<std::size_t>(size()));
        }
        isa.kernels->scatter[index()](in.data(), out.data() + origin, step, length);
        ASSERT_EQ(out, expected) << isa.name << " stride " << stride << " length " << length;
      }
    }
  }
}

TEST_P(Copy, FillRepeatsTheElement) {
  const Bytes element = patterned(16);
  for (const IsaKernels& isa : available_isas()) {
    for (const std::int64_t length : {0, 1, 2, 63, 64, 65, 500}) {
      Bytes expected(static_cast<std::size_t>(length * size()) + 65, 0xa5), out = expected;
      for (std::int64_t i = 0; i < length; ++i) {
        std::memcpy(expected.data() + 1 + i * size(), element.data(),
                    static_cast<std::size_t>(size()));
      }
      isa.kernels->fill[index()](element.data(), out.data() + 1, length);
      ASSERT_EQ(out, expected) << isa.name << " length " << length;
    }
  }
}

TEST_P(Copy, FillBeyondTheCaches) {
  const Bytes element = patterned(16);
  const std::int64_t length = ((std::int64_t{1} << 25) + 80) / size();
  const auto bytes = static_cast<std::size_t>(length * size());
  Bytes expected(bytes), out(bytes + 256);
  for (std::size_t i = 0; i < bytes; ++i)
    expected[i] = element[i % static_cast<std::size_t>(size())];
  for (const IsaKernels& isa : available_isas()) {
    for (const std::size_t offset : {0, 1, 16}) {
      const std::size_t start = 64 - reinterpret_cast<std::uintptr_t>(out.data()) % 64 + offset;
      std::fill(out.begin(), out.end(), static_cast<unsigned char>(0xa5));
      isa.kernels->fill[index()](element.data(), out.data() + start, length);
      ASSERT_EQ(std::memcmp(out.data() + start, expected.data(), bytes), 0) << isa.name << offset;
      ASSERT_EQ(out[start - 1], 0xa5);
      ASSERT_EQ(out[start + bytes], 0xa5);
    }
  }
}

// Twice the number, of another size: what no loop but the one it is given would write.
void doubled(const void* in, void* out, std::int64_t length) noexcept {
  for (std::int64_t i = 0; i < length; ++i) {
    std::uint8_t x;
    std::memcpy(&x, static_cast<const char*>(in) + i, sizeof x);
    const std::uint32_t y = 2u * x;
    std::memcpy(static_cast<char*>(out) + i * 4, &y, sizeof y);
  }
}
TEST(CopyBytes, ConversionsPastTheCaches) {
  for (const IsaKernels& isa : available_isas()) {
    for (const std::int64_t length : {0, 1, 15, 511, 512, 513, 4000}) {
      for (const std::size_t offset : {0, 1, 2, 4, 60, 64}) {
        const Bytes in = patterned(static_cast<std::size_t>(length));
        Bytes expected(static_cast<std::size_t>(length) * 4 + 256, 0xa5), out = expected;
        const std::size_t start = (64 - reinterpret_cast<std::uintptr_t>(out.data()) % 64) + offset;
        doubled(in.data(), expected.data() + start, length);
        isa.kernels->stream_cast(&doubled, in.data(), 1, out.data() + start, 4, length);
        ASSERT_EQ(out, expected) << isa.name << " length " << length << " offset " << offset;
      }
    }
  }
}

struct Matrix {
  std::int64_t rows, columns, in_stride, out_stride;
};
void expect_transposed(const IsaKernels& isa, int size, const Matrix& m) {
  const Bytes in = patterned(static_cast<std::size_t>(m.rows * m.in_stride + 1));
  Bytes expected(static_cast<std::size_t>(m.columns * m.out_stride + 1), 0xa5), out = expected;
  for (std::int64_t r = 0; r < m.rows; ++r) {
    for (std::int64_t c = 0; c < m.columns; ++c) {
      std::memcpy(expected.data() + 1 + c * m.out_stride + r * size,
                  in.data() + 1 + r * m.in_stride + c * size, static_cast<std::size_t>(size));
    }
  }
  isa.kernels->transpose[copy_size_index(size)](in.data() + 1, m.in_stride, out.data() + 1,
                                                m.out_stride, m.rows, m.columns);
  ASSERT_EQ(out, expected) << isa.name << " " << m.rows << " x " << m.columns << " to rows "
                           << m.out_stride << " bytes apart";
}

TEST_P(Copy, TransposeOfEveryShape) {
  // around the blocks' sides, around the tiles' sides, and long thin ones; rows with a gap behind,
  // at odd addresses, and a power of two or one element more apart
  const std::int64_t sides[] = {1, 2, 7, 16, 17, 31, 33, 64, 65, 129, 150};
  for (const IsaKernels& isa : available_isas()) {
    for (const std::int64_t rows : sides) {
      for (const std::int64_t columns : sides) {
        const std::int64_t in_stride = columns * size() + 5;
        expect_transposed(isa, size(), {rows, columns, in_stride, rows * size() + 3});
        expect_transposed(isa, size(), {rows, columns, in_stride, 4096});
        expect_transposed(isa, size(), {rows, columns, in_stride, 4096 + size()});
      }
    }
    expect_transposed(isa, size(), {20, 2100, 2100 * size(), 20 * size() + 3});
  }
}

TEST_P(Copy, TransposeOfNegativeStrides) {
  const std::int64_t n = 40;
  const std::int64_t stride = n * size();
  const Bytes in = patterned(static_cast<std::size_t>(n * stride));
  for (const IsaKernels& isa : available_isas()) {
    Bytes out(in.size());
    isa.kernels->transpose[index()](in.data() + (n - 1) * stride, -stride, out.data(), stride, n,
                                    n);
    for (std::int64_t r = 0; r < n; ++r) {
      for (std::int64_t c = 0; c < n; ++c) {
        ASSERT_EQ(0, std::memcmp(out.data() + c * stride + r * size(),
                                 in.data() + (n - 1 - r) * stride + c * size(),
                                 static_cast<std::size_t>(size())))
            << isa.name;
      }
    }
  }
}

TEST(CopyBytes, SmallAndBeyondTheCaches) {
  for (const IsaKernels& isa : available_isas()) {
    for (const std::size_t bytes :
         {std::size_t{0}, std::size_t{1}, std::size_t{1000}, (std::size_t{40} << 20) + 77}) {
      const Bytes in = patterned(bytes + 3);
      Bytes out(bytes + 65, 0xa5);
      isa.kernels->copy(in.data() + 3, out.data() + 1, static_cast<std::int64_t>(bytes));
      ASSERT_EQ(0, std::memcmp(out.data() + 1, in.data() + 3, bytes)) << isa.name << bytes;
      ASSERT_EQ(out[0], 0xa5);
      for (std::size_t i = bytes + 1; i < out.size(); ++i) ASSERT_EQ(out[i], 0xa5) << isa.name;
    }
  }
}

}  // namespace
}  // namespace corepy
