package clitest

import (
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"testing"
)

// The ports of FreePorts. Systems give those from 32768 on to outgoing connections, of which
// other tests have thousands.
const firstPort, lastPort = 20_000, 32_000

// FreePorts returns different ports on which nothing listens.
func FreePorts(tb testing.TB, n int) (ports []string) {
	tb.Helper()
	for len(ports) < n {
		port := strconv.Itoa(firstPort + rand.IntN(lastPort-firstPort)) //nolint:gosec // no secret
		listener, err := new(net.ListenConfig).Listen(tb.Context(), "tcp4", "127.0.0.1:"+port)
		if err != nil {
			continue
		}
		OK(tb, listener.Close())
		if !slices.Contains(ports, port) {
			ports = append(ports, port)
		}
	}
	return ports
}
