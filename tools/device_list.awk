# SPDX-License-Identifier: BSD-2-Clause
# nic_ids.def (expanded to "@ vendor device" lines) -> the identity of the unstamped ROM and its
# PCIR device list: the further devices of the first line's vendor, ended by 0.
$1 == "@" && !vendor { vendor = $2; device = $3; printf "%%define PCI_VENDOR %s\n%%define PCI_DEVICE %s\n", $2, $3; printf "%%macro DEVICE_LIST 0\n" }
$1 == "@" && $2 == vendor { printf "\tdw %s\n", $3 }
END { printf "\tdw 0\n%%endmacro\n" }
