# SPDX-License-Identifier: BSD-2-Clause
# Build options.  One line each: name, default, meaning, (allowed values).
LOG_LEVEL      ?= 1      # 0 errors only, 1 one line per decision, 2 every packet (0 1 2)
LOG_PORT_E9    ?= 1      # copy log lines to I/O port e9h (0 1)
LOG_COM1       ?= 0      # copy log lines to COM1, 115200 8n1 (0 1)
