// Coefficients of vec/math/float32, printed by ../coefficients/generate_float32.py: do not edit by
// hand. No functions here. Each polynomial is nearly minimax with float32 coefficients over the
// stated range; "error" is its largest relative error in the function named.
// clang-format off
#pragma once

#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec::float_coefficients {

// (e^r - 1 - r) / r^2 in r, |r| <= ln(2)/2, relative to e^r; error 2^-28.1
alignas(64) inline constexpr float exp_tail[5] = {
    0x1.fffffcp-2f, 0x1.55548cp-3f, 0x1.5558b8p-5f, 0x1.123e5ap-7f, 0x1.6a4da8p-10f};
// (e^r - 1 - r) / r^2 in r, |r| <= ln(2)/2 + 0.055, relative to e^r; error 2^-31.5
alignas(64) inline constexpr float exp_tail_wide[6] = {
    0x1.000000p-1f, 0x1.555552p-3f, 0x1.55548ap-5f, 0x1.1114b6p-7f, 0x1.6dbdb2p-10f,
    0x1.9d4500p-13f};
// (e^r - 1 - r) / r^2 in r, |r| <= ln(2)/2, relative to e^r - 1; error 2^-31.0
alignas(64) inline constexpr float expm1_tail[6] = {
    0x1.000000p-1f, 0x1.555554p-3f, 0x1.5554f4p-5f, 0x1.1112d0p-7f, 0x1.6d4050p-10f,
    0x1.9e8b3ep-13f};
// (sinh(r) - r) / r^3 in r^2, |r| <= ln(2)/2; error 2^-26.1
alignas(64) inline constexpr float sinh_tail[2] = {
    0x1.5554a8p-3f, 0x1.122e12p-7f};
// (cosh(r) - 1) / r^2 in r^2, |r| <= ln(2)/2; error 2^-33.1
alignas(64) inline constexpr float cosh_tail[3] = {
    0x1.000000p-1f, 0x1.5554e2p-5f, 0x1.6d54bap-10f};
inline constexpr std::uint32_t tanh_first_bits = 0x3de00000u;  // of 0.109375
inline constexpr float tanh_first = 0.109375f, tanh_first_end = 0.125f;
// tanh in 26 intervals: to 1/8, then four to each binade up to 10. tanh(centre + d) is
// value + d * polynomial(d), in the first x + x * polynomial(x); error 2^-26.1
alignas(64) inline constexpr float tanh_centre[32] = {
    0x0.000000p+0f, 0x1.1e9000p-3f, 0x1.611000p-3f, 0x1.a1b000p-3f, 0x1.df1000p-3f,
    0x1.1e6000p-2f, 0x1.617000p-2f, 0x1.9ef000p-2f, 0x1.de6000p-2f, 0x1.209000p-1f,
    0x1.5fc000p-1f, 0x1.a07000p-1f, 0x1.e1f000p-1f, 0x1.213000p+0f, 0x1.607000p+0f,
    0x1.9e9000p+0f, 0x1.e0e000p+0f, 0x1.1f2000p+1f, 0x1.612000p+1f, 0x1.9e8000p+1f,
    0x1.e02000p+1f, 0x1.1ed000p+2f, 0x1.613000p+2f, 0x1.9ff000p+2f, 0x1.e0d000p+2f,
    0x1.154000p+3f, 0x0.000000p+0f, 0x0.000000p+0f, 0x0.000000p+0f, 0x0.000000p+0f,
    0x0.000000p+0f, 0x0.000000p+0f};
alignas(64) inline constexpr float tanh_value[32] = {
    0x0.000000p+0f, 0x1.1cb4f6p-3f, 0x1.5d9b20p-3f, 0x1.9bfdb2p-3f, 0x1.d6830ep-3f,
    0x1.1722aep-2f, 0x1.540a58p-2f, 0x1.89a02ap-2f, 0x1.be5db2p-2f, 0x1.0572f2p-1f,
    0x1.312ea0p-1f, 0x1.57c68ap-1f, 0x1.78bc50p-1f, 0x1.9f2db4p-1f, 0x1.c2ab2cp-1f,
    0x1.d95ca4p-1f, 0x1.e8a0b8p-1f, 0x1.f498a2p-1f, 0x1.fbe78ep-1f, 0x1.fe6d28p-1f,
    0x1.ff6f60p-1f, 0x1.ffde6ep-1f, 0x1.fffbc8p-1f, 0x1.ffff68p-1f, 0x1.ffffecp-1f,
    0x1.fffffep-1f, 0x0.000000p+0f, 0x0.000000p+0f, 0x0.000000p+0f, 0x0.000000p+0f,
    0x0.000000p+0f, 0x0.000000p+0f};
alignas(64) inline constexpr float tanh_coefficient_0[32] = {
    -0x1.47a254p-30f, 0x1.f61af0p-1f, 0x1.f1147ep-1f, 0x1.eb47bcp-1f, 0x1.e4f9d4p-1f,
    0x1.d9f46cp-1f, 0x1.c78a90p-1f, 0x1.b4585cp-1f, 0x1.9eb6acp-1f, 0x1.7a7e36p-1f,
    0x1.4a17f0p-1f, 0x1.192d30p-1f, 0x1.d5964ap-2f, 0x1.5eaac8p-2f, 0x1.cd438cp-3f,
    0x1.297112p-3f, 0x1.6d6b76p-4f, 0x1.68db58p-5f, 0x1.051036p-6f, 0x1.923968p-8f,
    0x1.211732p-9f, 0x1.0c854ap-11f, 0x1.0e0334p-14f, 0x1.2ff9e8p-17f, 0x1.403eb8p-20f,
    0x1.fff24cp-24f, 0x0.000000p+0f, 0x0.000000p+0f, 0x0.000000p+0f, 0x0.000000p+0f,
    0x0.000000p+0f, 0x0.000000p+0f};
alignas(64) inline constexpr float tanh_coefficient_1[32] = {
    0x1.dc58f0p-22f, -0x1.173466p-3f, -0x1.536b08p-3f, -0x1.8b5178p-3f, -0x1.bdad7cp-3f,
    -0x1.0264cep-2f, -0x1.2e8b3ap-2f, -0x1.4f764ep-2f, -0x1.698d06p-2f, -0x1.828c9ap-2f,
    -0x1.8982a0p-2f, -0x1.79959cp-2f, -0x1.598716p-2f, -0x1.1c5b36p-2f, -0x1.96032ap-3f,
    -0x1.12fefcp-3f, -0x1.5cbd32p-4f, -0x1.60cf52p-5f, -0x1.02f5ccp-6f, -0x1.90f64cp-8f,
    -0x1.20c01ep-9f, -0x1.0c232ap-11f, -0x1.0da81ap-14f, -0x1.2f97d6p-17f, -0x1.3fd56cp-20f,
    -0x1.fda74cp-24f, 0x0.000000p+0f, 0x0.000000p+0f, 0x0.000000p+0f, 0x0.000000p+0f,
    0x0.000000p+0f, 0x0.000000p+0f};
alignas(64) inline constexpr float tanh_coefficient_2[32] = {
    -0x1.555c2ep-2f, -0x1.3b5b1ep-2f, -0x1.2eb022p-2f, -0x1.200b18p-2f, -0x1.100996p-2f,
    -0x1.eaf236p-3f, -0x1.964c4ep-3f, -0x1.440c2ep-3f, -0x1.db2ce4p-4f, -0x1.b79f4ep-5f,
    0x1.ceefdcp-7f, 0x1.084e22p-4f, 0x1.86e2acp-4f, 0x1.c6d0eap-4f, 0x1.9741ecp-4f,
    0x1.362eeap-4f, 0x1.a60790p-5f, 0x1.c1625ap-6f, 0x1.53b1cap-7f, 0x1.09ba88p-8f,
    0x1.802434p-10f, 0x1.65ec3cp-12f, 0x1.66d1d0p-15f, 0x1.94caeep-18f, 0x1.a9dedcp-21f,
    0x1.592c6ap-24f, 0x0.000000p+0f, 0x0.000000p+0f, 0x0.000000p+0f, 0x0.000000p+0f,
    0x0.000000p+0f, 0x0.000000p+0f};
alignas(64) inline constexpr float tanh_coefficient_3[32] = {
    0x1.0d3328p-11f, 0x1.690b42p-4f, 0x1.ae6b4ap-4f, 0x1.ecc266p-4f, 0x1.11ec68p-3f,
    0x1.322f54p-3f, 0x1.50ad8cp-3f, 0x1.5bdbcep-3f, 0x1.58ac3ep-3f, 0x1.39830cp-3f,
    0x1.e9edfap-4f, 0x1.4616c8p-4f, 0x1.5aac68p-5f, 0x1.7ec232p-9f, -0x1.5b4d64p-6f,
    -0x1.9c5e84p-6f, -0x1.54529cp-6f, -0x1.9a4ca6p-7f, -0x1.4bd4e6p-8f, -0x1.092b34p-9f,
    -0x1.82d1e0p-11f, -0x1.75f0bap-13f, -0x1.78bdfep-16f, -0x1.a87700p-19f, -0x1.bf167ep-22f,
    -0x1.75fe66p-25f, 0x0.000000p+0f, 0x0.000000p+0f, 0x0.000000p+0f, 0x0.000000p+0f,
    0x0.000000p+0f, 0x0.000000p+0f};
alignas(64) inline constexpr float tanh_coefficient_4[32] = {
    0x1.09ea80p-3f, 0x1.8b8036p-3f, 0x1.c6cfccp-1f, 0x1.c78dc4p-1f, -0x1.7998ecp-3f,
    0x1.a73a74p-7f, -0x1.8aaf2cp-6f, 0x1.104b00p-4f, -0x1.3aed0cp-4f, -0x1.541c3ap-5f,
    -0x1.cf7b96p-5f, -0x1.03256ep-4f, -0x1.bb6350p-5f, -0x1.07a8ccp-5f, -0x1.39f426p-7f,
    0x1.723b92p-10f, 0x1.2d4656p-8f, 0x1.04a88ep-8f, 0x1.f6646cp-10f, 0x1.9461c4p-11f,
    0x1.332b8cp-12f, 0x1.1fafcap-14f, 0x1.38b904p-17f, 0x1.52b9e0p-20f, 0x1.6ec67ep-23f,
    0x1.fdfde6p-27f, 0x0.000000p+0f, 0x0.000000p+0f, 0x0.000000p+0f, 0x0.000000p+0f,
    0x0.000000p+0f, 0x0.000000p+0f};
// (ln(1+z) - z ln(e)) / z^2 in z, sqrt(1/2) <= 1 + z <= sqrt(2); error 2^-27.8
alignas(64) inline constexpr float log_tail[9] = {
    -0x1.fffff8p-2f, 0x1.55554ep-2f, -0x1.000412p-2f, 0x1.99a662p-3f, -0x1.542f2cp-3f,
    0x1.223b72p-3f, -0x1.0eb63ep-3f, 0x1.099092p-3f, -0x1.3e030cp-4f};
// (log2(1+z) - z log2(e)) / z^2 in z, sqrt(1/2) <= 1 + z <= sqrt(2); error 2^-27.7
alignas(64) inline constexpr float log2_tail[9] = {
    -0x1.715472p-1f, 0x1.ec7086p-2f, -0x1.7159c2p-2f, 0x1.2781dcp-2f, -0x1.eaddecp-3f,
    0x1.a28cecp-3f, -0x1.85dc6ap-3f, 0x1.7fb840p-3f, -0x1.cee54ep-4f};
// (log10(1+z) - z log10(e)) / z^2 in z, sqrt(1/2) <= 1 + z <= sqrt(2); error 2^-27.7
alignas(64) inline constexpr float log10_tail[9] = {
    -0x1.bcb7acp-3f, 0x1.287a68p-3f, -0x1.bcbe22p-4f, 0x1.63d384p-4f, -0x1.2786c4p-4f,
    0x1.f7fa7ep-5f, -0x1.d580d0p-5f, 0x1.ce1aa0p-5f, -0x1.169ed8p-5f};
// The logarithm's table for pow: m in 32 intervals of 2^18 from float32 bits
// log_table_start on; -log(inverse) = log_high (a multiple of 2^-16) + log_low.
inline constexpr std::uint32_t log_table_start = 0x3f2a0000u;
alignas(64) inline constexpr float log_inverse[32] = {
    0x1.800000p+0f, 0x1.780000p+0f, 0x1.700000p+0f, 0x1.680000p+0f, 0x1.600000p+0f,
    0x1.580000p+0f, 0x1.500000p+0f, 0x1.480000p+0f, 0x1.400000p+0f, 0x1.380000p+0f,
    0x1.380000p+0f, 0x1.300000p+0f, 0x1.280000p+0f, 0x1.280000p+0f, 0x1.200000p+0f,
    0x1.180000p+0f, 0x1.180000p+0f, 0x1.100000p+0f, 0x1.100000p+0f, 0x1.080000p+0f,
    0x1.080000p+0f, 0x1.000000p+0f, 0x1.f00000p-1f, 0x1.e00000p-1f, 0x1.d80000p-1f,
    0x1.c80000p-1f, 0x1.b80000p-1f, 0x1.b00000p-1f, 0x1.a80000p-1f, 0x1.980000p-1f,
    0x1.900000p-1f, 0x1.880000p-1f};
alignas(64) inline constexpr float log_high[32] = {
    -0x1.9f3400p-2f, -0x1.89a400p-2f, -0x1.739c00p-2f, -0x1.5d1c00p-2f, -0x1.461800p-2f,
    -0x1.2e9000p-2f, -0x1.167400p-2f, -0x1.fb9000p-3f, -0x1.c90000p-3f, -0x1.952800p-3f,
    -0x1.952800p-3f, -0x1.5ff000p-3f, -0x1.295800p-3f, -0x1.295800p-3f, -0x1.e27000p-4f,
    -0x1.6f1000p-4f, -0x1.6f1000p-4f, -0x1.f0a000p-5f, -0x1.f0a000p-5f, -0x1.f84000p-6f,
    -0x1.f84000p-6f, 0x0.000000p+0f, 0x1.042000p-5f, 0x1.086000p-4f, 0x1.4d3000p-4f,
    0x1.da7000p-4f, 0x1.366000p-3f, 0x1.5bf800p-3f, 0x1.824000p-3f, 0x1.d10000p-3f,
    0x1.f99000p-3f, 0x1.117800p-2f};
alignas(64) inline constexpr float log_low[32] = {
    0x1.c13406p-18f, 0x1.8f27d8p-19f, -0x1.7f6bbep-18f, 0x1.2053fcp-21f, -0x1.78438cp-19f,
    0x1.d451eep-18f, -0x1.cababap-18f, -0x1.86d5e4p-19f, 0x1.070cacp-20f, 0x1.2b185ep-18f,
    0x1.2b185ep-18f, -0x1.83853cp-18f, 0x1.683f00p-18f, 0x1.683f00p-18f, -0x1.db8abcp-22f,
    0x1.6ba8d4p-19f, 0x1.6ba8d4p-19f, -0x1.86008cp-20f, -0x1.86008cp-20f, 0x1.64f188p-18f,
    0x1.64f188p-18f, 0x0.000000p+0f, -0x1.44ec32p-18f, -0x1.9d2988p-18f, 0x1.15d208p-20f,
    0x1.3b1c22p-19f, -0x1.a7f538p-22f, -0x1.fca55ep-18f, -0x1.f4d572p-18f, 0x1.bf932ap-18f,
    0x1.c6cb3cp-19f, 0x1.d044fcp-19f};
// (log(1+z) - z + z^2/2) / z^3 in z, |z| <= 0.0232; error 2^-39.8
alignas(64) inline constexpr float log_tail_precise[4] = {
    0x1.555554p-2f, -0x1.000000p-2f, 0x1.99d4e0p-3f, -0x1.55709ep-3f};
// (sin(r) - r) / r^3 in r^2, |r| <= pi/4; error 2^-27.9
alignas(64) inline constexpr float sin_tail[3] = {
    -0x1.555544p-3f, 0x1.1106bcp-7f, -0x1.991690p-13f};
// (cos(r) - 1 + r^2/2) / r^4 in r^2, |r| <= pi/4; error 2^-33.1
alignas(64) inline constexpr float cos_tail[3] = {
    0x1.55554ap-5f, -0x1.6c0c1ap-10f, 0x1.99e0ecp-16f};
// (tan(r) - r) / r^3 in r^2, |r| <= pi/4; error 2^-29.1
alignas(64) inline constexpr float tan_tail[7] = {
    0x1.555564p-2f, 0x1.110c98p-3f, 0x1.bb06b4p-5f, 0x1.5afad4p-6f, 0x1.6bd68cp-7f,
    -0x1.034ab6p-12f, 0x1.29a0f4p-8f};
// (cot(r) - 1/r) / r in r^2, |r| <= pi/4; error 2^-33.2
alignas(64) inline constexpr float cot_tail[7] = {
    -0x1.555556p-2f, -0x1.6c1580p-6f, -0x1.15cbfap-9f, -0x1.9e5e60p-13f, -0x1.c998c4p-15f,
    0x1.31bb92p-15f, -0x1.2b571ap-16f};
// (asin(x) - x) / x^3 in x^2, |x| <= 1/2; error 2^-27.6
alignas(64) inline constexpr float asin_tail[5] = {
    0x1.5555cap-3f, 0x1.330162p-4f, 0x1.748b76p-5f, 0x1.8ba4c4p-6f, 0x1.59dd1cp-5f};
// (atan(t) - t) / t^3 in t^2, |t| <= 0.145; error 2^-32.2
alignas(64) inline constexpr float atan_tail[3] = {
    -0x1.55554ap-2f, 0x1.997ecap-3f, -0x1.1bb6aep-3f};
// atan's breakpoints: 2^k and 1.5 * 2^k, k = -3 .. 3, between 0 and 28; then the angle,
// in two parts, at each, and after those 16 pi less it.
alignas(64) inline constexpr float atan_breakpoint[16] = {
    0x0.000000p+0f, 0x1.000000p-3f, 0x1.800000p-3f, 0x1.000000p-2f, 0x1.800000p-2f,
    0x1.000000p-1f, 0x1.800000p-1f, 0x1.000000p+0f, 0x1.800000p+0f, 0x1.000000p+1f,
    0x1.800000p+1f, 0x1.000000p+2f, 0x1.800000p+2f, 0x1.000000p+3f, 0x1.800000p+3f,
    0x1.c00000p+4f};
alignas(64) inline constexpr float atan_angle[32] = {
    0x0.000000p+0f, 0x1.fd5baap-4f, 0x1.7b97b4p-3f, 0x1.f5b760p-3f, 0x1.6f6194p-2f,
    0x1.dac670p-2f, 0x1.4978fap-1f, 0x1.921fb6p-1f, 0x1.f730bep-1f, 0x1.1b6e1ap+0f,
    0x1.3fc176p+0f, 0x1.5368cap+0f, 0x1.67d886p+0f, 0x1.7249fap+0f, 0x1.7cd6f6p+0f,
    0x1.88fc22p+0f, 0x1.921fb6p+1f, 0x1.8234d8p+1f, 0x1.7a663ap+1f, 0x1.72c440p+1f,
    0x1.643382p+1f, 0x1.56c6e8p+1f, 0x1.3fc176p+1f, 0x1.2d97c8p+1f, 0x1.145386p+1f,
    0x1.0468a8p+1f, 0x1.e47df4p+0f, 0x1.d0d6a2p+0f, 0x1.bc66e4p+0f, 0x1.b1f570p+0f,
    0x1.a76874p+0f, 0x1.9b4348p+0f};
alignas(64) inline constexpr float atan_angle_low[32] = {
    0x0.000000p+0f, -0x1.54f424p-30f, 0x1.79cb60p-28f, -0x1.b4dfc8p-29f, 0x1.e4def0p-30f,
    0x1.586ed4p-28f, 0x1.934f70p-28f, -0x1.777a5cp-26f, -0x1.afc12cp-26f, -0x1.a28838p-25f,
    0x1.6f50acp-25f, -0x1.5c2c60p-25f, 0x1.de4cdep-27f, 0x1.532d44p-25f, 0x1.b8b3b6p-25f,
    -0x1.d4c58ap-26f, -0x1.777a5cp-24f, -0x1.2268c6p-28f, -0x1.e2e260p-29f, -0x1.69d35ep-24f,
    0x1.80f228p-24f, -0x1.8d014ap-24f, 0x1.6f50acp-24f, -0x1.99bc5cp-28f, -0x1.71423ap-29f,
    0x1.59c9bep-24f, -0x1.791598p-27f, -0x1.92c85ap-25f, 0x1.32f01cp-26f, -0x1.0887f8p-27f,
    -0x1.4f50e0p-26f, 0x1.fb6e0ap-25f};

}  // namespace corepy::COREPY_ISA::vec::float_coefficients
