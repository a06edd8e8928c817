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
// 1/m and ln(m), m in each of 16 intervals from 3/4 to 1 and 16 from 1 to 3/2, where
// ln(m) is a multiple of 2^-17, but for 2^-28.6 of the interval's least.
alignas(64) inline constexpr float log_inverse[32] = {
    0x1.522b12p+0f, 0x1.4adfd6p+0f, 0x1.446868p+0f, 0x1.3e23f8p+0f, 0x1.37d5b6p+0f,
    0x1.320370p+0f, 0x1.2c2faap+0f, 0x1.2726c4p+0f, 0x1.21a79ep+0f, 0x1.1d3496p+0f,
    0x1.1823c0p+0f, 0x1.13ad34p+0f, 0x1.0e8d04p+0f, 0x1.0ac5f4p+0f, 0x1.000000p+0f,
    0x1.000000p+0f, 0x1.000000p+0f, 0x1.000000p+0f, 0x1.dc87d8p-1f, 0x1.cc8674p-1f,
    0x1.bfdef4p-1f, 0x1.b56d08p-1f, 0x1.a9ff58p-1f, 0x1.9d17b0p-1f, 0x1.937edcp-1f,
    0x1.8a2230p-1f, 0x1.803490p-1f, 0x1.789a08p-1f, 0x1.6f4d84p-1f, 0x1.694430p-1f,
    0x1.5f2c60p-1f, 0x1.577920p-1f};
alignas(64) inline constexpr float log_value[32] = {
    -0x1.1d0c00p-2f, -0x1.06b800p-2f, -0x1.e50400p-3f, -0x1.bd1000p-3f, -0x1.941000p-3f,
    -0x1.6d7800p-3f, -0x1.461800p-3f, -0x1.237400p-3f, -0x1.f9e800p-4f, -0x1.ba8000p-4f,
    -0x1.711800p-4f, -0x1.2f5000p-4f, -0x1.c4e000p-5f, -0x1.51b000p-5f, 0x0.000000p+0f,
    0x0.000000p+0f, 0x0.000000p+0f, 0x0.000000p+0f, 0x1.261000p-4f, 0x1.b20000p-4f,
    0x1.121000p-3f, 0x1.426400p-3f, 0x1.789c00p-3f, 0x1.b79c00p-3f, 0x1.e7c000p-3f,
    0x1.0bea00p-2f, 0x1.260a00p-2f, 0x1.3a8200p-2f, 0x1.541c00p-2f, 0x1.651400p-2f,
    0x1.821800p-2f, 0x1.98cc00p-2f};
// (ln(1+z) - z ln(e)) / z^2 in z, -0.0312 <= z <= 0.0625; error 2^-28.4
alignas(64) inline constexpr float log_tail[4] = {
    -0x1.000000p-1f, 0x1.555836p-2f, -0x1.00139cp-2f, 0x1.826f1cp-3f};
// 1/m and log2(m), m in each of 16 intervals from 3/4 to 1 and 16 from 1 to 3/2, where
// log2(m) is a multiple of 2^-16, but for 2^-27.1 of the interval's least.
alignas(64) inline constexpr float log2_inverse[32] = {
    0x1.51a73ep+0f, 0x1.4b0176p+0f, 0x1.446c7ep+0f, 0x1.3e06cep+0f, 0x1.386ea4p+0f,
    0x1.3266aap+0f, 0x1.2cdbbep+0f, 0x1.274a80p+0f, 0x1.21a490p+0f, 0x1.1cd638p+0f,
    0x1.17c218p+0f, 0x1.12dcf6p+0f, 0x1.0e7db8p+0f, 0x1.0a763ap+0f, 0x1.000000p+0f,
    0x1.000000p+0f, 0x1.000000p+0f, 0x1.000000p+0f, 0x1.db5b6ep-1f, 0x1.cbfc38p-1f,
    0x1.bf2618p-1f, 0x1.b6a470p-1f, 0x1.a87aeap-1f, 0x1.a029aap-1f, 0x1.94c47cp-1f,
    0x1.8a615ap-1f, 0x1.801192p-1f, 0x1.789b58p-1f, 0x1.6ecd74p-1f, 0x1.6a13b4p-1f,
    0x1.608076p-1f, 0x1.574cb6p-1f};
alignas(64) inline constexpr float log2_value[32] = {
    -0x1.98fc00p-2f, -0x1.7b9c00p-2f, -0x1.5df000p-2f, -0x1.408400p-2f, -0x1.264c00p-2f,
    -0x1.098000p-2f, -0x1.dd1000p-3f, -0x1.a5e000p-3f, -0x1.6cd000p-3f, -0x1.3b6000p-3f,
    -0x1.063800p-3f, -0x1.a42000p-4f, -0x1.456000p-4f, -0x1.d96000p-5f, 0x0.000000p+0f,
    0x0.000000p+0f, 0x0.000000p+0f, 0x0.000000p+0f, 0x1.b6d000p-4f, 0x1.3c8800p-3f,
    0x1.902800p-3f, 0x1.c8e800p-3f, 0x1.14f000p-2f, 0x1.322c00p-2f, 0x1.5b3000p-2f,
    0x1.819800p-2f, 0x1.a8bc00p-2f, 0x1.c5b800p-2f, 0x1.ecb000p-2f, 0x1.ffd800p-2f,
    0x1.13b800p-1f, 0x1.274200p-1f};
// (log2(1+z) - z log2(e)) / z^2 in z, -0.0312 <= z <= 0.0625; error 2^-28.3
alignas(64) inline constexpr float log2_tail[4] = {
    -0x1.715476p-1f, 0x1.ec74bcp-2f, -0x1.7172eap-2f, 0x1.16e29ep-2f};
// 1/m and log10(m), m in each of 16 intervals from 3/4 to 1 and 16 from 1 to 3/2, where
// log10(m) is a multiple of 2^-18, but for 2^-27.8 of the interval's least.
alignas(64) inline constexpr float log10_inverse[32] = {
    0x1.51ad70p+0f, 0x1.4a934ep+0f, 0x1.44b0c0p+0f, 0x1.3e9302p+0f, 0x1.383e76p+0f,
    0x1.31fa4ap+0f, 0x1.2cb3c6p+0f, 0x1.276f48p+0f, 0x1.21930cp+0f, 0x1.1c896ap+0f,
    0x1.188584p+0f, 0x1.12f328p+0f, 0x1.0f43e4p+0f, 0x1.0a1706p+0f, 0x1.000000p+0f,
    0x1.000000p+0f, 0x1.000000p+0f, 0x1.000000p+0f, 0x1.dacd7cp-1f, 0x1.cd124cp-1f,
    0x1.c13e02p-1f, 0x1.b5f474p-1f, 0x1.aa03c0p-1f, 0x1.9f4464p-1f, 0x1.93ca14p-1f,
    0x1.8ba878p-1f, 0x1.819938p-1f, 0x1.76e430p-1f, 0x1.70f226p-1f, 0x1.672d5ep-1f,
    0x1.61dcf2p-1f, 0x1.5968a6p-1f};
alignas(64) inline constexpr float log10_value[32] = {
    -0x1.ec9800p-4f, -0x1.c6c800p-4f, -0x1.a6d400p-4f, -0x1.850000p-4f, -0x1.614c00p-4f,
    -0x1.3d3c00p-4f, -0x1.1e4c00p-4f, -0x1.fdb800p-5f, -0x1.b67000p-5f, -0x1.780000p-5f,
    -0x1.457000p-5f, -0x1.fc2000p-6f, -0x1.9c2000p-6f, -0x1.131000p-6f, 0x0.000000p+0f,
    0x0.000000p+0f, 0x0.000000p+0f, 0x0.000000p+0f, 0x1.0c5800p-5f, 0x1.74c000p-5f,
    0x1.d13800p-5f, 0x1.15e000p-4f, 0x1.470c00p-4f, 0x1.748000p-4f, 0x1.a65c00p-4f,
    0x1.ca8c00p-4f, 0x1.f85c00p-4f, 0x1.153a00p-3f, 0x1.237200p-3f, 0x1.3b5000p-3f,
    0x1.489200p-3f, 0x1.5e1400p-3f};
// (log10(1+z) - z log10(e)) / z^2 in z, -0.0312 <= z <= 0.0625; error 2^-28.4
alignas(64) inline constexpr float log10_tail[4] = {
    -0x1.bcb7b2p-3f, 0x1.287cfep-3f, -0x1.bcd54ep-4f, 0x1.4f63cep-4f};
// The logarithm's table for pow: m in 32 intervals of 2^18 from float32 bits
// pow_table_start on; -log(pow_inverse) = pow_log (a multiple of 2^-16) + pow_log_low.
inline constexpr std::uint32_t pow_table_start = 0x3f2a0000u;
alignas(64) inline constexpr float pow_inverse[32] = {
    0x1.800000p+0f, 0x1.780000p+0f, 0x1.700000p+0f, 0x1.680000p+0f, 0x1.600000p+0f,
    0x1.580000p+0f, 0x1.500000p+0f, 0x1.480000p+0f, 0x1.400000p+0f, 0x1.380000p+0f,
    0x1.380000p+0f, 0x1.300000p+0f, 0x1.280000p+0f, 0x1.280000p+0f, 0x1.200000p+0f,
    0x1.180000p+0f, 0x1.180000p+0f, 0x1.100000p+0f, 0x1.100000p+0f, 0x1.080000p+0f,
    0x1.080000p+0f, 0x1.000000p+0f, 0x1.f00000p-1f, 0x1.e00000p-1f, 0x1.d80000p-1f,
    0x1.c80000p-1f, 0x1.b80000p-1f, 0x1.b00000p-1f, 0x1.a80000p-1f, 0x1.980000p-1f,
    0x1.900000p-1f, 0x1.880000p-1f};
alignas(64) inline constexpr float pow_log[32] = {
    -0x1.9f3400p-2f, -0x1.89a400p-2f, -0x1.739c00p-2f, -0x1.5d1c00p-2f, -0x1.461800p-2f,
    -0x1.2e9000p-2f, -0x1.167400p-2f, -0x1.fb9000p-3f, -0x1.c90000p-3f, -0x1.952800p-3f,
    -0x1.952800p-3f, -0x1.5ff000p-3f, -0x1.295800p-3f, -0x1.295800p-3f, -0x1.e27000p-4f,
    -0x1.6f1000p-4f, -0x1.6f1000p-4f, -0x1.f0a000p-5f, -0x1.f0a000p-5f, -0x1.f84000p-6f,
    -0x1.f84000p-6f, 0x0.000000p+0f, 0x1.042000p-5f, 0x1.086000p-4f, 0x1.4d3000p-4f,
    0x1.da7000p-4f, 0x1.366000p-3f, 0x1.5bf800p-3f, 0x1.824000p-3f, 0x1.d10000p-3f,
    0x1.f99000p-3f, 0x1.117800p-2f};
alignas(64) inline constexpr float pow_log_low[32] = {
    0x1.c13406p-18f, 0x1.8f27d8p-19f, -0x1.7f6bbep-18f, 0x1.2053fcp-21f, -0x1.78438cp-19f,
    0x1.d451eep-18f, -0x1.cababap-18f, -0x1.86d5e4p-19f, 0x1.070cacp-20f, 0x1.2b185ep-18f,
    0x1.2b185ep-18f, -0x1.83853cp-18f, 0x1.683f00p-18f, 0x1.683f00p-18f, -0x1.db8abcp-22f,
    0x1.6ba8d4p-19f, 0x1.6ba8d4p-19f, -0x1.86008cp-20f, -0x1.86008cp-20f, 0x1.64f188p-18f,
    0x1.64f188p-18f, 0x0.000000p+0f, -0x1.44ec32p-18f, -0x1.9d2988p-18f, 0x1.15d208p-20f,
    0x1.3b1c22p-19f, -0x1.a7f538p-22f, -0x1.fca55ep-18f, -0x1.f4d572p-18f, 0x1.bf932ap-18f,
    0x1.c6cb3cp-19f, 0x1.d044fcp-19f};
// (log(1+z) - z + z^2/2) / z^3 in z, |z| <= 0.0232; error 2^-39.8
alignas(64) inline constexpr float pow_log_tail[4] = {
    0x1.555554p-2f, -0x1.000000p-2f, 0x1.99d4e0p-3f, -0x1.55709ep-3f};
// (sin(r) - r) / r^3 in r^2, |r| <= pi/4; error 2^-27.9
alignas(64) inline constexpr float sin_tail[3] = {
    -0x1.555544p-3f, 0x1.1106bcp-7f, -0x1.991690p-13f};
// (cos(r) - 1 + r^2/2) / r^4 in r^2, |r| <= pi/4; error 2^-33.1
alignas(64) inline constexpr float cos_tail[3] = {
    0x1.55554ap-5f, -0x1.6c0c1ap-10f, 0x1.99e0ecp-16f};
// tan(i pi/32) = tan_above[i] / tan_below[i] to 2^-40, i = 0 .. 31.
alignas(64) inline constexpr float tan_above[32] = {
    -0x0.000000p+0f, 0x1.2cd946p-4f, 0x1.294ddap-3f, 0x1.07fdc6p-2f, 0x1.945d54p-2f,
    0x1.03d4a2p-1f, 0x1.561934p-1f, 0x1.867284p-1f, 0x1.000000p+0f, 0x1.dbc2eep-1f,
    0x1.fffc8cp-1f, 0x1.e61bdep-1f, 0x1.e81c78p-1f, 0x1.b321a0p-1f, 0x1.75a984p-1f,
    0x1.7dd230p-1f, 0x1.000000p+0f, 0x1.7dd230p-1f, 0x1.75a984p-1f, 0x1.b321a0p-1f,
    0x1.e81c78p-1f, 0x1.e61bdep-1f, 0x1.fffc8cp-1f, 0x1.dbc2eep-1f, 0x1.000000p+0f,
    0x1.867284p-1f, 0x1.561934p-1f, 0x1.03d4a2p-1f, 0x1.945d54p-2f, 0x1.07fdc6p-2f,
    0x1.294ddap-3f, 0x1.2cd946p-4f};
alignas(64) inline constexpr float tan_below[32] = {
    0x1.000000p+0f, 0x1.7dd230p-1f, 0x1.75a984p-1f, 0x1.b321a0p-1f, 0x1.e81c78p-1f,
    0x1.e61bdep-1f, 0x1.fffc8cp-1f, 0x1.dbc2eep-1f, 0x1.000000p+0f, 0x1.867284p-1f,
    0x1.561934p-1f, 0x1.03d4a2p-1f, 0x1.945d54p-2f, 0x1.07fdc6p-2f, 0x1.294ddap-3f,
    0x1.2cd946p-4f, 0x0.000000p+0f, -0x1.2cd946p-4f, -0x1.294ddap-3f, -0x1.07fdc6p-2f,
    -0x1.945d54p-2f, -0x1.03d4a2p-1f, -0x1.561934p-1f, -0x1.867284p-1f, -0x1.000000p+0f,
    -0x1.dbc2eep-1f, -0x1.fffc8cp-1f, -0x1.e61bdep-1f, -0x1.e81c78p-1f, -0x1.b321a0p-1f,
    -0x1.75a984p-1f, -0x1.7dd230p-1f};
// (tan(r) - r) / r^3 in r^2, |r| <= pi/64; error 2^-34.2
alignas(64) inline constexpr float tan_tail[2] = {
    0x1.555548p-2f, 0x1.118444p-3f};
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
