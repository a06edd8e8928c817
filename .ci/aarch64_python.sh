#!/usr/bin/env bash
# aarch64_python.sh <folder>: Debian's Python for 64-bit Arm, its headers and the libraries it
# needs, unpacked below <folder>/root, to be run by qemu-aarch64. Changes nothing outside of
# <folder> and needs no root: apt works on lists and a package state of its own there.
set -Eeuo pipefail
mkdir -p "$1"
folder=$(cd "$1" && pwd)
[ -d "$folder/root" ] && exit 0
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
  { echo "not run here: Debian's apt-get and dpkg-deb are missing"; exit 1; }
mkdir -p "$folder"/state/lists/partial "$folder"/cache/archives/partial
: >"$folder/state/status"
cat >"$folder/apt.conf" <<CONF
APT::Architecture "arm64";
APT::Architectures "arm64";
APT::Install-Recommends "false";
Dir::State "$folder/state";
Dir::State::status "$folder/state/status";
Dir::Cache "$folder/cache";
APT::Sandbox::User "";
Debug::NoLocking "true";
CONF
export APT_CONFIG=$folder/apt.conf
apt-get update -q=2
apt-get install -q=2 --download-only libpython3-dev libpython3-stdlib python3-minimal libstdc++6
mkdir "$folder/unpacked"
for package in "$folder"/cache/archives/*.deb; do dpkg-deb -x "$package" "$folder/unpacked"; done
# Debian keeps pyconfig.h's part of an architecture apart, found through /usr/include.
for parts in "$folder"/unpacked/usr/include/aarch64-linux-gnu/python3.*; do
  mkdir "$folder/unpacked/usr/include/${parts##*/}/aarch64-linux-gnu"
  cp -r "$parts" "$folder/unpacked/usr/include/${parts##*/}/aarch64-linux-gnu/"
done
mv "$folder/unpacked" "$folder/root"
rm -rf "$folder/cache"
