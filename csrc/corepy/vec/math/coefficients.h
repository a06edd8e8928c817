// Coefficients of vec/math, printed by coefficients/generate.py: do not edit by hand. No functions
// here. Each polynomial is minimax (Remez) over the stated range; "error" is its largest relative
// error in the function named, before the coefficients are rounded to float64.
// clang-format off
#pragma once

#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec::coefficients {

// (e^r - 1 - r) / r^2 in r, |r| <= ln(2)/2; error 2^-37.5
alignas(64) inline constexpr double exp_tail_short[7] = {
    0x1.fffffffff4234p-2, 0x1.55555573af892p-3, 0x1.5555557d8cb36p-5, 0x1.1110b16ecbc64p-7,
    0x1.6c16379168467p-10, 0x1.a1708b238b1d5p-13, 0x1.a176d19a19c52p-16};
// (e^r - 1 - r) / r^2 in r, |r| <= ln(2)/32, relative to e^r; error 2^-56.2
alignas(64) inline constexpr double exp_table_tail[5] = {
    0x1.fffffffffffb6p-2, 0x1.555555548ebddp-3, 0x1.5555555919856p-5, 0x1.11123b480a44ap-7,
    0x1.6c14b4f076fd0p-10};
// (e^r - 1 - r) / r^2 in r, |r| <= ln(2)/32, relative to e^r - 1; error 2^-60.0
alignas(64) inline constexpr double expm1_table_tail[6] = {
    0x1.0000000000003p-1, 0x1.555555555554fp-3, 0x1.55555554accdep-5, 0x1.1111111186da3p-7,
    0x1.6c181fcee76f9p-10, 0x1.a01a1fce76c95p-13};
// The bits of 2^(j/16), less j << 48: adding (16 k + j) << 48 gives those of
// 2^(k + j/16); and what its rounding lost, relative.
alignas(64) inline constexpr std::uint64_t exp_table_bits[16] = {
    0x3ff0000000000000u, 0x3fefb5586cf9890fu, 0x3fef72b83c7d517bu, 0x3fef387a6e756238u,
    0x3fef06fe0a31b715u, 0x3feedea64c123422u, 0x3feebfdad5362a27u, 0x3feeab07dd485429u,
    0x3feea09e667f3bcdu, 0x3feea11473eb0187u, 0x3feeace5422aa0dbu, 0x3feec49182a3f090u,
    0x3feee89f995ad3adu, 0x3fef199bdd85529cu, 0x3fef5818dcfba487u, 0x3fefa4afa2a490dau};
alignas(64) inline constexpr double exp_table_low[16] = {
    0x0.0p+0, 0x1.79aa65d837b6cp-54, -0x1.01b15eaa59348p-55, 0x1.68efde3a8a893p-54,
    0x1.34d754db0abb6p-55, 0x1.59f48a72a4c6cp-55, 0x1.690cebb7aafb0p-56, 0x1.063e1e21c5409p-54,
    -0x1.3b3efbf5e2229p-54, -0x1.b32dcb94da51dp-56, 0x1.db72fc1f0eab4p-55, 0x1.1affc2b91ce27p-56,
    0x1.c1a7792cb3386p-55, 0x1.36eae30af0cb3p-56, 0x1.4a385a63d07a7p-56, -0x1.ff7128fd391f1p-55};
// (e^r - 1 - r - r^2/2) / r^3 in r, |r| <= ln(2)/2; error 2^-61.7
alignas(64) inline constexpr double exp_tail_precise[10] = {
    0x1.5555555555559p-3, 0x1.5555555555559p-5, 0x1.111111110f6adp-7, 0x1.6c16c16c14a10p-10,
    0x1.a01a01afeb09ep-13, 0x1.a01a01af88cbfp-16, 0x1.71ddf83a2fa1ap-19, 0x1.27e4c773f29fbp-22,
    0x1.af5efac459162p-26, 0x1.1f933d487a2b1p-29};
// (sinh(r) - r) / r^3 in r^2, |r| <= ln(2)/2; error 2^-61.7
alignas(64) inline constexpr double sinh_tail[5] = {
    0x1.5555555555559p-3, 0x1.111111110f67ep-7, 0x1.a01a01affb08bp-13, 0x1.71ddf8168187ap-19,
    0x1.af5f331e51927p-26};
// (cosh(r) - 1) / r^2 in r^2, |r| <= ln(2)/2; error 2^-70.6
alignas(64) inline constexpr double cosh_tail[6] = {
    0x1.0000000000000p-1, 0x1.555555555555cp-5, 0x1.6c16c16c13ecfp-10, 0x1.a01a01b1988f2p-16,
    0x1.27e4c4ccb7f8fp-22, 0x1.1f9596cbcf45dp-29};
// (sinh(r) - r) / r^3 in r^2, |r| <= ln(2)/32; error 2^-50.2
alignas(64) inline constexpr double sinh_table_tail[2] = {
    0x1.55555554af297p-3, 0x1.111227f8a63d1p-7};
// (cosh(r) - 1) / r^2 in r^2, |r| <= ln(2)/32; error 2^-66.3
alignas(64) inline constexpr double cosh_table_tail[3] = {
    0x1.0000000000004p-1, 0x1.555555547e9efp-5, 0x1.6c18422cd4bebp-10};
// tanh's centres in 32 intervals, by the lowest five bits of the argument's bits >> 50;
// the values there, float64 to 2^-60.3.
inline constexpr double tanh_first = 0x1.c000000000000p-4;
alignas(64) inline constexpr double tanh_centre[32] = {
    0x1.2095a00000000p+1, 0x1.6069880000000p+1, 0x1.a082d00000000p+1, 0x1.e1c3e00000000p+1,
    0x1.20fc000000000p+2, 0x1.6155580000000p+2, 0x1.a0c3680000000p+2, 0x1.e0ac080000000p+2,
    0x1.207c500000000p+3, 0x1.6079b00000000p+3, 0x1.a007500000000p+3, 0x1.e125e80000000p+3,
    0x1.205966f2b4f12p+4, 0x1.0000000000000p+6, 0x1.0000000000000p+6, 0x0.0p+0,
    0x1.2017100000000p-3, 0x1.607a600000000p-3, 0x1.a00fd80000000p-3, 0x1.e13a880000000p-3,
    0x1.2113580000000p-2, 0x1.6032880000000p-2, 0x1.a186000000000p-2, 0x1.e153d80000000p-2,
    0x1.20cf000000000p-1, 0x1.60d9980000000p-1, 0x1.a0e8600000000p-1, 0x1.e0fb400000000p-1,
    0x1.2054a80000000p+0, 0x1.608f580000000p+0, 0x1.a12ea80000000p+0, 0x1.e0ca080000000p+0};
alignas(64) inline constexpr double tanh_value[32] = {
    0x1.f4d9bca0cd632p-1, 0x1.fbdbdc46e8a94p-1, 0x1.fe7999505fbe1p-1, 0x1.ff730841f5b2cp-1,
    0x1.ffe0a1f4af1bap-1, 0x1.fffbcced9dff5p-1, 0x1.ffff6be33c45bp-1, 0x1.ffffebe5d9e08p-1,
    0x1.ffffff022c317p-1, 0x1.fffffffb59172p-1, 0x1.ffffffffe991fp-1, 0x1.ffffffffff9dfp-1,
    0x1.ffffffffffffcp-1, 0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x0.0p+0,
    0x1.1e346d115e760p-3, 0x1.5d09da63e8d34p-3, 0x1.9a6e51075019ep-3, 0x1.d890306b60d04p-3,
    0x1.19a230c78e202p-2, 0x1.52efc4e5d92a5p-2, 0x1.8bd3cbe74c628p-2, 0x1.c0c1262983aa5p-2,
    0x1.05a1819213a36p-1, 0x1.31e3f09e1d1b8p-1, 0x1.58089add136e7p-1, 0x1.784beba27c6e5p-1,
    0x1.9e971128a4416p-1, 0x1.c2b948e99b4e0p-1, 0x1.da1d9d2303ef9p-1, 0x1.e89ccc35301f3p-1};
// (sinh(d) - d) / d^3 in d^2, |d| <= 2, relative to tanh; error 2^-56.3
alignas(64) inline constexpr double tanh_sinh_tail[5] = {
    0x1.55555555555f1p-3, 0x1.11111110d3509p-7, 0x1.a01a030916519p-13, 0x1.71db8f07da2a9p-19,
    0x1.b1ed37f242040p-26};
// (cosh(d) - 1) / d^2 in d^2, |d| <= 2, relative to tanh; error 2^-61.4
alignas(64) inline constexpr double tanh_cosh_tail[6] = {
    0x1.ffffffffffffep-2, 0x1.5555555555e0cp-5, 0x1.6c16c16a33c7ap-10, 0x1.a01a0629f5e2cp-16,
    0x1.27e0a8c1ab4b9p-22, 0x1.22303bc61e226p-29};
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
// (tan(r) - r) / r^3 in r^2, |r| <= pi/64; error 2^-59.1
alignas(64) inline constexpr double tan_tail[4] = {
    0x1.55555555553dap-2, 0x1.11111113fad4cp-3, 0x1.ba1b68ce0bcd3p-5, 0x1.672a6452de580p-6};
// tan(j pi/32) in two parts, j = 0 .. 7, then -8 .. -1.
alignas(64) inline constexpr double tan_breakpoint[16] = {
    0x0.0p+0, 0x1.936bb8c5b2da2p-4, 0x1.975f5e0553158p-3, 0x1.36a08355c63dcp-2,
    0x1.a827999fcef32p-2, 0x1.11ab7190834ecp-1, 0x1.561b82ab7f990p-1, 0x1.a43002ae42850p-1,
    -0x1.0000000000000p+0, -0x1.a43002ae42850p-1, -0x1.561b82ab7f990p-1, -0x1.11ab7190834ecp-1,
    -0x1.a827999fcef32p-2, -0x1.36a08355c63dcp-2, -0x1.975f5e0553158p-3, -0x1.936bb8c5b2da2p-4};
alignas(64) inline constexpr double tan_breakpoint_low[16] = {
    0x0.0p+0, 0x1.87d054f689d7ap-58, 0x1.ef5d367441946p-61, -0x1.d704d1bfdb6e8p-57,
    0x1.08b2fb1366ea9p-56, -0x1.e564bcd1e635dp-55, 0x1.7a8c52172b675p-55, -0x1.a6db80fe796fep-56,
    0x0.0p+0, 0x1.a6db80fe796fep-56, -0x1.7a8c52172b675p-55, 0x1.e564bcd1e635dp-55,
    -0x1.08b2fb1366ea9p-56, 0x1.d704d1bfdb6e8p-57, -0x1.ef5d367441946p-61, -0x1.87d054f689d7ap-58};
// (atan(t) - t) / t^3 in t^2, |t| <= 0.135; error 2^-57.2
alignas(64) inline constexpr double atan_tail[6] = {
    -0x1.55555555553efp-2, 0x1.99999998dfd93p-3, -0x1.24924823fc1f4p-3, 0x1.c71b2b8f72e2dp-4,
    -0x1.73f40597271a6p-4, 0x1.2a560d9c50e19p-4};
// (atan(t) - t) / t^3 in t^2, |t| <= 1/4; error 2^-38.8
alignas(64) inline constexpr double atan_tail_short[5] = {
    -0x1.5555553ab36bdp-2, 0x1.99996a257e5d9p-3, -0x1.248485936c7eap-3, 0x1.c39accc4f331dp-4,
    -0x1.3f99349c9ef99p-4};
// atan's breakpoints: 0, then 2^k and 1.5 * 2^k for k = -3 .. 3, then 28; their
// angles, and pi less those, each in two parts.
alignas(64) inline constexpr double atan_breakpoint[16] = {
    0x0.0p+0, 0x1.0000000000000p-3, 0x1.8000000000000p-3, 0x1.0000000000000p-2,
    0x1.8000000000000p-2, 0x1.0000000000000p-1, 0x1.8000000000000p-1, 0x1.0000000000000p+0,
    0x1.8000000000000p+0, 0x1.0000000000000p+1, 0x1.8000000000000p+1, 0x1.0000000000000p+2,
    0x1.8000000000000p+2, 0x1.0000000000000p+3, 0x1.8000000000000p+3, 0x1.c000000000000p+4};
alignas(64) inline constexpr double atan_angle[16] = {
    0x0.0p+0, 0x1.fd5ba9aac2f6ep-4, 0x1.7b97b4bce5b02p-3, 0x1.f5b75f92c80ddp-3,
    0x1.6f61941e4def1p-2, 0x1.dac670561bb4fp-2, 0x1.4978fa3269ee1p-1, 0x1.921fb54442d18p-1,
    0x1.f730bd281f69bp-1, 0x1.1b6e192ebbe44p+0, 0x1.3fc176b7a8560p+0, 0x1.5368c951e9cfdp+0,
    0x1.67d8863bc99bdp+0, 0x1.7249faa996a21p+0, 0x1.7cd6f6dc59db4p+0, 0x1.88fc218ace9dbp+0};
alignas(64) inline constexpr double atan_angle_low[16] = {
    0x0.0p+0, -0x1.cd37686760c17p-59, 0x1.347b0b4f881cap-58, 0x1.8ab6e3cf7afbdp-57,
    -0x1.c63aae6f6e918p-56, 0x1.a2b7f222f65e2p-56, 0x1.2419a87f2a458p-56, 0x1.1a62633145c07p-55,
    0x1.007887af0cbbdp-56, 0x1.b1b466a88828ep-54, -0x1.441a3bd3f1083p-59, -0x1.96f47948a99f1p-54,
    -0x1.9b7bd2e1e8c9cp-54, 0x1.a8cc1e7480c68p-54, 0x1.69c1fed612cfcp-54, 0x1.fe20fa7e1e941p-54};
alignas(64) inline constexpr double atan_left[16] = {
    0x1.921fb54442d18p+1, 0x1.8234d7f6ecb9dp+1, 0x1.7a6639f874768p+1, 0x1.72c43f4b1650ap+1,
    0x1.643382c07913ap+1, 0x1.56c6e7397f5aep+1, 0x1.3fc176b7a8560p+1, 0x1.2d97c7f3321d2p+1,
    0x1.145385fa3af71p+1, 0x1.0468a8ace4df6p+1, 0x1.e47df3d0dd4d1p+0, 0x1.d0d6a1369bd34p+0,
    0x1.bc66e44cbc074p+0, 0x1.b1f56fdeef00fp+0, 0x1.a76873ac2bc7cp+0, 0x1.9b4348fdb7055p+0};
alignas(64) inline constexpr double atan_left_low[16] = {
    0x1.1a62633145c07p-53, -0x1.3cd17e5a39792p-54, 0x1.217d15ad92ff1p-54, 0x1.c1b6f4f44e10bp-53,
    0x1.a65371fe67254p-54, 0x1.660b64ece6f4bp-53, -0x1.441a3bd3f1083p-58, 0x1.a79394c9e8a0ap-54,
    0x1.fa53523b6428fp-53, 0x1.0620bf7406affp-55, -0x1.c11a67bed4f6ep-54, -0x1.a23602a65700cp-57,
    -0x1.7dfb35dc5dab4p-57, 0x1.17f14fdc1574cp-55, 0x1.96058f18f1623p-55, 0x1.b51e5f2367668p-57};
// (asin(x) - x) / x^3 in x^2, |x| <= 1/2; error 2^-59.8
alignas(64) inline constexpr double asin_tail[13] = {
    0x1.5555555555578p-3, 0x1.333333332df10p-4, 0x1.6db6db722b8abp-5, 0x1.f1c71a8b93dd6p-6,
    0x1.6e8bdfe73949dp-6, 0x1.1c49ddf9e3cb3p-6, 0x1.ca2144cafc74bp-7, 0x1.75778a3f8e6d6p-7,
    0x1.618ac6145e683p-7, 0x1.e15ac79af5c6fp-9, 0x1.65021b5ff0753p-6, -0x1.59f69cebb5fb0p-6,
    0x1.0be46be77733cp-5};
// A logarithm's table: m in 16 intervals of 2^48 from the float64 bits
// log_table_start on; -log(inverse) = high (a multiple of 2^-42) + low.
inline constexpr std::uint64_t log_table_start = 0x3fe5800000000000u;
alignas(64) inline constexpr double log_table_inverse[16] = {
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
// (ln(1+z) - z) / z^2, -0.0332 <= z <= 0.0327; error 2^-61.5
alignas(64) inline constexpr double log_tail[9] = {
    -0x1.0000000000000p-1, 0x1.55555555554b5p-2, -0x1.ffffffffff23ap-3, 0x1.9999999c5566fp-3,
    -0x1.5555556465b8bp-3, 0x1.24922b8406765p-3, -0x1.ffff3cc2d7a0ap-4, 0x1.c819891eae856p-4,
    -0x1.9b821527a6452p-4};
alignas(64) inline constexpr double log2_high[16] = {
    -0x1.1bf311e95d000p-1, -0x1.f7a8568cb0000p-2, -0x1.b47ebf7388000p-2, -0x1.6e221cd9d1000p-2,
    -0x1.24407ab0e0000p-2, -0x1.fbc16b9026000p-3, -0x1.acf5e2db4e000p-3, -0x1.08c588cda8000p-3,
    -0x1.663f6fac90000p-4, -0x1.6bad3758f0000p-5, 0x0.0p+0, 0x1.7d60496cfc000p-4,
    0x1.563dc29ffa000p-3, 0x1.f5fd8a9064000p-3, 0x1.4f6fbb2cec000p-2, 0x1.8a8980abfc000p-2};
alignas(64) inline constexpr double log2_low[16] = {
    -0x1.bc76a2753b99bp-50, -0x1.b3b3864c60011p-44, -0x1.50520a377c7ecp-45, 0x1.90d43956fa5d8p-45,
    -0x1.ce60916e52e91p-44, -0x1.0144751b3314fp-44, -0x1.927dfc23d9780p-44, 0x1.871a7610e40bdp-45,
    -0x1.3167ccc538261p-44, 0x1.3c6764fc87b4ap-48, 0x0.0p+0, -0x1.2ce6312ebb81dp-46,
    0x1.964190e41bca7p-44, -0x1.cb6f70109b0f1p-47, 0x1.661e393a16b95p-44, -0x1.66cccab240e90p-45};
// (log2(1+z) - z log2(e)) / z^2, -0.0332 <= z <= 0.0327; error 2^-61.5
alignas(64) inline constexpr double log2_tail[9] = {
    -0x1.71547652b82fep-1, 0x1.ec709dc3a0316p-2, -0x1.71547652b790fp-2, 0x1.2776c510f28cdp-2,
    -0x1.ec709dd95bd77p-3, 0x1.a61737e97e034p-3, -0x1.7153e97cef6fep-3, 0x1.4901a4eaae94ap-3,
    -0x1.28d722b00294dp-3};
alignas(64) inline constexpr double log10_high[16] = {
    -0x1.55e8c518b2000p-3, -0x1.2f3b691c5a000p-3, -0x1.06cbd67a6c000p-3, -0x1.b8de4d3ab4000p-4,
    -0x1.5fe80488b0000p-4, -0x1.31b3055c48000p-4, -0x1.02428c1f08000p-4, -0x1.3ed1199a60000p-5,
    -0x1.af5f92b010000p-6, -0x1.b5e908eb20000p-7, 0x0.0p+0, 0x1.cb38fccd90000p-6,
    0x1.9c197abf00000p-5, 0x1.2e3a740b78000p-4, 0x1.93e7de0fc4000p-4, 0x1.db11ed766c000p-4};
alignas(64) inline constexpr double log10_low[16] = {
    0x1.e0f4c81f915f7p-44, -0x1.7c697e103ceaap-56, -0x1.db2a2c6287ec0p-46, 0x1.340511b402e0ap-47,
    0x1.606adb567e739p-45, 0x1.dcffc97be8c9cp-45, -0x1.5ea6bc2bc8c2cp-52, 0x1.bdafc8ad828b8p-45,
    0x1.9f05921f59258p-46, 0x1.90dfe0d1601cap-44, 0x0.0p+0, -0x1.00925a535ae72p-44,
    0x1.badcf3d6e4566p-46, 0x1.d288560689912p-53, -0x1.80743406505e6p-48, -0x1.40bcd23c3e44cp-44};
// (log10(1+z) - z log10(e)) / z^2, -0.0332 <= z <= 0.0327; error 2^-61.5
alignas(64) inline constexpr double log10_tail[9] = {
    -0x1.bcb7b1526e50ep-3, 0x1.287a7636f42d3p-3, -0x1.bcb7b1526d918p-4, 0x1.63c6277784e4ap-4,
    -0x1.287a764409d3bp-4, 0x1.fc3f729d5b915p-5, -0x1.bcb707bd59543p-5, 0x1.8c29c7ff6012ap-5,
    -0x1.656e71dbaaab7p-5};
// (ln(1+z) - z) / z^2, -0.0332 <= z <= 0.0327; error 2^-43.4
alignas(64) inline constexpr double log_tail_short[6] = {
    -0x1.0000000025d07p-1, 0x1.555555571f6d5p-2, -0x1.ffffeec4284f6p-3, 0x1.99996189f95e5p-3,
    -0x1.55d1d1472e80ap-3, 0x1.2578b537e39abp-3};
// A logarithm's table: m in 32 intervals of 2^47 from the float64 bits
// log_fine_start on; -log(inverse) = high (a multiple of 2^-42) + low.
inline constexpr std::uint64_t log_fine_start = 0x3fe5c00000000000u;
alignas(64) inline constexpr double log_fine_inverse[32] = {
    0x1.7480000000000p+0, 0x1.6c00000000000p+0, 0x1.6400000000000p+0, 0x1.5c80000000000p+0,
    0x1.5580000000000p+0, 0x1.4e80000000000p+0, 0x1.4780000000000p+0, 0x1.4180000000000p+0,
    0x1.3b00000000000p+0, 0x1.3500000000000p+0, 0x1.2f80000000000p+0, 0x1.2a00000000000p+0,
    0x1.2480000000000p+0, 0x1.1f80000000000p+0, 0x1.1a80000000000p+0, 0x1.1580000000000p+0,
    0x1.1100000000000p+0, 0x1.0c80000000000p+0, 0x1.0880000000000p+0, 0x1.0400000000000p+0,
    0x1.0000000000000p+0, 0x1.f080000000000p-1, 0x1.e200000000000p-1, 0x1.d400000000000p-1,
    0x1.c700000000000p-1, 0x1.bb00000000000p-1, 0x1.af00000000000p-1, 0x1.a400000000000p-1,
    0x1.9980000000000p-1, 0x1.8f80000000000p-1, 0x1.8600000000000p-1, 0x1.7d00000000000p-1};
alignas(64) inline constexpr double log_fine_high[32] = {
    -0x1.800f9f3dc9000p-2, -0x1.686c81e9b1000p-2, -0x1.51aad872e0000p-2, -0x1.3bdd24eb15000p-2,
    -0x1.27161913f8000p-2, -0x1.11e0e2dada000p-2, -0x1.f871b28956000p-3, -0x1.d293581b6c000p-3,
    -0x1.a8becfc882000p-3, -0x1.815c0a1436000p-3, -0x1.5c94007598000p-3, -0x1.371fc201e8000p-3,
    -0x1.10f8e42254000p-3, -0x1.db5270187c000p-4, -0x1.9375e55594000p-4, -0x1.4a50d3aa1c000p-4,
    -0x1.0759835990000p-4, -0x1.868a830840000p-5, -0x1.0b94f7c198000p-5, -0x1.fc0a8b0fc0000p-7,
    0x0.0p+0, 0x1.f7a9b16780000p-6, 0x1.eea31c0068000p-5, 0x1.700d30aeac000p-4,
    0x1.e3707ee304000p-4, 0x1.28753bc11a000p-3, 0x1.60b3100b0a000p-3, 0x1.95a5adcf70000p-3,
    0x1.c97f8079d4000p-3, 0x1.fc218be620000p-3, 0x1.16b5ccbad0000p-2, 0x1.2e9e2bce12000p-2};
alignas(64) inline constexpr double log_fine_low[32] = {
    -0x1.32bcfe6ddc8a2p-44, -0x1.2bb110af84054p-44, 0x1.f4bd8db0a7cc1p-44, 0x1.257b4970e6ed9p-44,
    -0x1.4f4f1f61564b4p-44, 0x1.a47f88fcce5bap-45, 0x1.f75fd6a526efep-44, 0x1.83270128aaa5fp-44,
    -0x1.e3185cf21b9cfp-44, 0x1.02a52f9201ce8p-44, 0x1.a8d948cd23322p-44, -0x1.ee8779b2d8abcp-44,
    0x1.93b3843396307p-45, -0x1.9277856ae181fp-44, -0x1.eddc37380c364p-44, 0x1.f7fe1308973e2p-45,
    0x1.b8ecfe4b59987p-44, 0x1.2623a134ac693p-46, 0x1.e89896f022783p-45, -0x1.f1e7cf6d3a69cp-50,
    0x0.0p+0, 0x1.42ad9271be7d7p-45, 0x1.c3dd83606d891p-44, 0x1.c1e8da99ded32p-49,
    0x1.0f684e6766abdp-45, 0x1.7494e359302e6p-44, -0x1.71456c988f814p-44, 0x1.7f22858a0ff6fp-47,
    0x1.3b161a8c6e6c5p-45, 0x1.4bba46f1cf6a0p-44, -0x1.23299042d74bfp-44, 0x1.4300c128d1dc2p-45};
// -2 (ln(1+z) - z + z^2/2) / z^3, -0.0151 <= z <= 0.0156; error 2^-65.0
alignas(64) inline constexpr double log_fine_tail[7] = {
    -0x1.555555555555ap-1, 0x1.0000000001733p-1, -0x1.999999994dee2p-2, 0x1.5555545b6a806p-2,
    -0x1.2492536885dc6p-2, 0x1.0019596491ae3p-2, -0x1.c662a28d29679p-3};
// The first 1280 fraction bits of 2/pi, most significant word first.
alignas(64) inline constexpr std::uint32_t two_over_pi[40] = {
    0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu,
    0xdebbc561u, 0xb7246e3au, 0x424dd2e0u, 0x6492eeau, 0x9d1921cu, 0xfe1deb1cu, 0xb129a73eu,
    0xe88235f5u, 0x2ebb4484u, 0xe99c7026u, 0xb45f7e41u, 0x3991d639u, 0x835339f4u, 0x9c845f8bu,
    0xbdf9283bu, 0x1ff897ffu, 0xde05980fu, 0xef2f118bu, 0x5a0a6d1fu, 0x6d367ecfu, 0x27cb09b7u,
    0x4f463f66u, 0x9e5fea2du, 0x7527bac7u, 0xebe5f17bu, 0x3d0739f7u, 0x8a5292eau, 0x6bfb5fb1u,
    0x1f8d5d08u, 0x56033046u, 0xfc7b6babu, 0xf0cfbc20u, 0x9af4361du};

}  // namespace corepy::COREPY_ISA::vec::coefficients
