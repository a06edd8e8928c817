// CPU detection: which ISAs of the list this machine can run.
#include <string>

#include "corepy/core/error.h"
#include "corepy/dispatch/isa.h"

namespace corepy {
namespace {

// __builtin_cpu_supports reads CPUID and, for AVX and AVX-512, XGETBV: it answers no where the
// operating system does not save the wide registers. It takes literals only, hence the macro.
#if defined(__x86_64__)
#define COREPY_NEED(feature) \
  if (!__builtin_cpu_supports(feature)) return feature
const char* missing_avx2() noexcept {
  __builtin_cpu_init();
  COREPY_NEED("avx2");
  COREPY_NEED("fma");
  COREPY_NEED("f16c");
  COREPY_NEED("bmi");
  COREPY_NEED("bmi2");
  COREPY_NEED("lzcnt");
  COREPY_NEED("popcnt");
  return nullptr;
}
const char* missing_avx512() noexcept {
  COREPY_NEED("avx512f");
  COREPY_NEED("avx512cd");
  COREPY_NEED("avx512dq");
  COREPY_NEED("avx512bw");
  COREPY_NEED("avx512vl");
  return missing_avx2();
}
#undef COREPY_NEED
#else
const char* missing_neon() noexcept { return nullptr; }  // part of every aarch64
#endif
const char* missing_baseline() noexcept { return nullptr; }

struct IsaInfo {
  const char* name;
  const char* missing;
};

const IsaInfo* isa_infos() noexcept {
  static const IsaInfo infos[] = {
#define COREPY_X(name) {#name, missing_##name()},
      COREPY_FOR_EACH_ISA(COREPY_X)
#undef COREPY_X
  };
  return infos;
}

}  // namespace

const char* name_of(Isa isa) noexcept {
  return static_cast<int>(isa) < isa_count ? isa_infos()[static_cast<int>(isa)].name : "none";
}

const char* missing_feature(Isa isa) noexcept { return isa_infos()[static_cast<int>(isa)].missing; }

Isa best_isa() noexcept {
  static const Isa best = [] {
    int i = 0;
    while (!is_available(static_cast<Isa>(i))) ++i;
    return static_cast<Isa>(i);
  }();
  return best;
}

Isa find_isa(const std::string& name) {
  std::string known;
  for (int i = 0; i < isa_count; ++i) {
    const auto isa = static_cast<Isa>(i);
    if (name == name_of(isa)) {
      if (const char* feature = missing_feature(isa)) {
        fail(ErrorKind::setting, "isa: this CPU cannot run " + name + ": it lacks " + feature +
                                     " (got isa='" + name + "'; expected one of corepy.isas())");
      }
      return isa;
    }
    if (is_available(isa)) known += (known.empty() ? "'" : ", '") + std::string(name_of(isa)) + "'";
  }
  fail(ErrorKind::setting, "isa: unknown ISA (got '" + name + "'; expected one of " + known + ")");
}

}  // namespace corepy
