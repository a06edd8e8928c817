// Coefficients of vec/math, printed by coefficients/generate.py: do not edit by hand. No functions
// here. Each polynomial is minimax (Remez) over the stated range; "error" is its largest relative
// error in the function named, before the coefficients are rounded to float64.
// clang-format off
#pragma once

#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec::coefficients {

// (e^r - 1 - r) / r^2 in r, |r| <= ln(2)/2; error 2^-61.7
alignas(64) inline constexpr double exp_tail[11] = {
    0x1.0000000000000p-1, 0x1.5555555555559p-3, 0x1.555555555555ap-5, 0x1.111111110f67ep-7,
    0x1.6c16c16c143d1p-10, 0x1.a01a01affb0e7p-13, 0x1.a01a01b0dac64p-16, 0x1.71ddf81681d58p-19,
    0x1.27e4c55851eaap-22, 0x1.af5f330adb714p-26, 0x1.1f95d01215ae5p-29};
// (e^r - 1 - r) / r^2 in r, |r| <= ln(2)/2; error 2^-37.5
alignas(64) inline constexpr double exp_tail_short[7] = {
    0x1.fffffffff4234p-2, 0x1.55555573af892p-3, 0x1.5555557d8cb36p-5, 0x1.1110b16ecbc64p-7,
    0x1.6c16379168467p-10, 0x1.a1708b238b1d5p-13, 0x1.a176d19a19c52p-16};
// (e^r - 1 - r - r^2/2) / r^3 in r, |r| <= ln(2)/2; error 2^-61.7
alignas(64) inline constexpr double exp_tail_precise[10] = {
    0x1.5555555555559p-3, 0x1.5555555555559p-5, 0x1.111111110f6adp-7, 0x1.6c16c16c14a10p-10,
    0x1.a01a01afeb09ep-13, 0x1.a01a01af88cbfp-16, 0x1.71ddf83a2fa1ap-19, 0x1.27e4c773f29fbp-22,
    0x1.af5efac459162p-26, 0x1.1f933d487a2b1p-29};
// (sinh(r) - r) / r^3 in r^2, |r| <= ln(2)/2; error 2^-61.7
alignas(64) inline constexpr double sinh_tail[5] = {
    0x1.5555555555559p-3, 0x1.111111110f67ep-7, 0x1.a01a01affb08bp-13, 0x1.71ddf8168187ap-19,
    0x1.af5f331e51927p-26};
// (cosh(r) - 1 - r^2/2) / r^4 in r^2, |r| <= ln(2)/2; error 2^-70.0
alignas(64) inline constexpr double cosh_tail[5] = {
    0x1.5555555555558p-5, 0x1.6c16c16c15017p-10, 0x1.a01a01ad76683p-16, 0x1.27e4cc2240b48p-22,
    0x1.1f8bc4c68eaaep-29};
// (sin(r) - r) / r^3 in r^2, |r| <= pi/4; error 2^-58.0
alignas(64) inline constexpr double sin_tail[6] = {
    -0x1.5555555555549p-3, 0x1.111111110f842p-7, -0x1.a01a019c0a303p-13, 0x1.71de3570fe66dp-19,
    -0x1.ae5e60c23e64ap-26, 0x1.5d915cb6cb904p-33};
// (cos(r) - 1 + r^2/2) / r^4 in r^2, |r| <= pi/4; error 2^-64.2
alignas(64) inline constexpr double cos_tail[6] = {
    0x1.555555555554cp-5, -0x1.6c16c16c15141p-10, 0x1.a01a019cab8dap-16, -0x1.27e4f80546144p-22,
    0x1.1ee9e89d3c677p-29, -0x1.8facd7d78988dp-37};
// (sin(r) - r) / r^3 in r^2, |r| <= pi/4; error 2^-37.6
alignas(64) inline constexpr double sin_tail_short[4] = {
    -0x1.5555554ca9c10p-3, 0x1.1111088a30c9bp-7, -0x1.a00f93b5f7fbdp-13, 0x1.6cd5f0ac06facp-19};
// (cos(r) - 1 + r^2/2) / r^4 in r^2, |r| <= pi/4; error 2^-43.2
alignas(64) inline constexpr double cos_tail_short[4] = {
    0x1.5555554f427ecp-5, -0x1.6c16b88be563cp-10, 0x1.a011178456777p-16, -0x1.2429074ce43f3p-22};
// (atan(t) - t) / t^3 in t^2, |t| <= 1/4; error 2^-63.7
alignas(64) inline constexpr double atan_tail[9] = {
    -0x1.5555555555553p-2, 0x1.9999999998d32p-3, -0x1.24924923e68adp-3, 0x1.c71c713540c2cp-4,
    -0x1.745cf42d4fb8cp-4, 0x1.3b0e93d4cef4fp-4, -0x1.109ae28a61ba5p-4, 0x1.d4e36740fefcdp-5,
    -0x1.475475e630922p-5};
// (atan(t) - t) / t^3 in t^2, |t| <= 1/4; error 2^-38.8
alignas(64) inline constexpr double atan_tail_short[5] = {
    -0x1.5555553ab36bdp-2, 0x1.99996a257e5d9p-3, -0x1.248485936c7eap-3, 0x1.c39accc4f331dp-4,
    -0x1.3f99349c9ef99p-4};
// (asin(x) - x) / x^3 in x^2, |x| <= 1/2; error 2^-59.8
alignas(64) inline constexpr double asin_tail[13] = {
    0x1.5555555555578p-3, 0x1.333333332df10p-4, 0x1.6db6db722b8abp-5, 0x1.f1c71a8b93dd6p-6,
    0x1.6e8bdfe73949dp-6, 0x1.1c49ddf9e3cb3p-6, 0x1.ca2144cafc74bp-7, 0x1.75778a3f8e6d6p-7,
    0x1.618ac6145e683p-7, 0x1.e15ac79af5c6fp-9, 0x1.65021b5ff0753p-6, -0x1.59f69cebb5fb0p-6,
    0x1.0be46be77733cp-5};
// The logarithm's table: m in 16 intervals of 2^48 from float64 bits log_table_start on;
// -log(inverse) = log_high (a multiple of 2^-42) + log_low.
inline constexpr std::uint64_t log_table_start = 0x3fe5800000000000u;
alignas(64) inline constexpr double log_inverse[16] = {
    0x1.7800000000000p+0, 0x1.6800000000000p+0, 0x1.5800000000000p+0, 0x1.4800000000000p+0,
    0x1.3800000000000p+0, 0x1.3000000000000p+0, 0x1.2800000000000p+0, 0x1.1800000000000p+0,
    0x1.1000000000000p+0, 0x1.0800000000000p+0, 0x1.0000000000000p+0, 0x1.e000000000000p-1,
    0x1.c800000000000p-1, 0x1.b000000000000p-1, 0x1.9800000000000p-1, 0x1.8800000000000p-1};
alignas(64) inline constexpr double log_high[16] = {
    -0x1.89a3386c14000p-2, -0x1.5d1bdbf581000p-2, -0x1.2e8e2bae12000p-2, -0x1.fb9186d5e4000p-3,
    -0x1.9525a9cf46000p-3, -0x1.5ff3070a7a000p-3, -0x1.29552f8200000p-3, -0x1.6f0d28ae58000p-4,
    -0x1.f0a30c0118000p-5, -0x1.f829b0e780000p-6, 0x0.0p+0, 0x1.08598b59e4000p-4,
    0x1.da72763844000p-4, 0x1.5bf406b544000p-3, 0x1.d1037f2656000p-3, 0x1.1178e8227e000p-2};
alignas(64) inline constexpr double log_low[16] = {
    -0x1.2d5ad38c40882p-45, 0x1.8d6bdc9c7c238p-44, 0x1.67b1e99b72bd8p-45, 0x1.d572aab993c87p-47,
    0x1.297137d9f158fp-44, 0x1.8586f183bebf2p-44, 0x1.5b967f4471dfcp-44, 0x1.4b4641b664613p-44,
    0x1.d599e83368e91p-45, -0x1.980267c7e09e4p-45, 0x0.0p+0, -0x1.7e5dd7009902cp-46,
    0x1.a89401fa71733p-46, -0x1.27023eb68981cp-46, -0x1.84a7e75b6f6e4p-47, 0x1.1ef78ce2d07f2p-44};
// (log(1+z) - z) / z^2, -0.0332 <= z <= 0.0327; error 2^-61.5
alignas(64) inline constexpr double log_tail[9] = {
    -0x1.0000000000000p-1, 0x1.55555555554b5p-2, -0x1.ffffffffff23ap-3, 0x1.9999999c5566fp-3,
    -0x1.5555556465b8bp-3, 0x1.24922b8406765p-3, -0x1.ffff3cc2d7a0ap-4, 0x1.c819891eae856p-4,
    -0x1.9b821527a6452p-4};
// (log(1+z) - z) / z^2, -0.0332 <= z <= 0.0327; error 2^-43.4
alignas(64) inline constexpr double log_tail_short[6] = {
    -0x1.0000000025d07p-1, 0x1.555555571f6d5p-2, -0x1.ffffeec4284f6p-3, 0x1.99996189f95e5p-3,
    -0x1.55d1d1472e80ap-3, 0x1.2578b537e39abp-3};
// (log(1+z) - z + z^2/2) / z^3, -0.0332 <= z <= 0.0327; error 2^-67.3
alignas(64) inline constexpr double log_tail_precise[9] = {
    0x1.5555555555556p-2, -0x1.ffffffffffe39p-3, 0x1.999999999856fp-3, -0x1.555555589171ep-3,
    0x1.24924936ec90ep-3, -0x1.ffffc17eeefe4p-4, 0x1.c71b9e744865ap-4, -0x1.9a8fe8f3be90fp-4,
    0x1.76423b51df03ap-4};
inline constexpr double log_tail_precise_0_low = -0x1.e152ef0b82a58p-56;  // what rounding cost the first one
// The first 1280 fraction bits of 2/pi, most significant word first.
alignas(64) inline constexpr std::uint32_t two_over_pi[40] = {
    0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu,
    0xdebbc561u, 0xb7246e3au, 0x424dd2e0u, 0x6492eeau, 0x9d1921cu, 0xfe1deb1cu, 0xb129a73eu,
    0xe88235f5u, 0x2ebb4484u, 0xe99c7026u, 0xb45f7e41u, 0x3991d639u, 0x835339f4u, 0x9c845f8bu,
    0xbdf9283bu, 0x1ff897ffu, 0xde05980fu, 0xef2f118bu, 0x5a0a6d1fu, 0x6d367ecfu, 0x27cb09b7u,
    0x4f463f66u, 0x9e5fea2du, 0x7527bac7u, 0xebe5f17bu, 0x3d0739f7u, 0x8a5292eau, 0x6bfb5fb1u,
    0x1f8d5d08u, 0x56033046u, 0xfc7b6babu, 0xf0cfbc20u, 0x9af4361du};

}  // namespace corepy::COREPY_ISA::vec::coefficients
