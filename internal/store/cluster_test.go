//go:build unix

package store_test

import (
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/store"
)

// slots are those of three nodes (Redis cluster specification: there are 16384).
var slots = [][2]int{{0, 5460}, {5461, 10922}, {10923, 16383}}

// startCluster starts three nodes, each with a third of the slots.
func startCluster(t *testing.T) []*node {
	t.Helper()
	var nodes []*node
	for i, part := range slots {
		n := startClusterNode(t)
		n.say(t, "CLUSTER", "SET-CONFIG-EPOCH", i+1)
		n.say(t, "CLUSTER", "ADDSLOTSRANGE", part[0], part[1])
		nodes = append(nodes, n)
	}
	for _, n := range nodes[1:] {
		n.meet(t, nodes[0])
	}
	settled(t, nodes)
	return nodes
}

func startClusterNode(t *testing.T) *node {
	t.Helper()
	return startRedis(t, "--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--cluster-replica-validity-factor", "0")
}

func (n *node) meet(t *testing.T, other *node) {
	t.Helper()
	bus := ""
	for i, arg := range other.args {
		if arg == "--cluster-port" {
			bus = other.args[i+1]
		}
	}
	n.say(t, "CLUSTER", "MEET", "127.0.0.1", other.port, bus)
}

// settled waits until all nodes know who has which slots.
func settled(t *testing.T, nodes []*node) {
	t.Helper()
	for _, n := range nodes {
		eventually(t, "the cluster is whole", func() bool {
			return strings.Contains(n.say(t, "CLUSTER", "INFO"), "cluster_state:ok")
		})
	}
}

// keys returns how many keys a node has.
func (n *node) keys(t *testing.T) string {
	t.Helper()
	return n.say(t, "DBSIZE")
}

func clusterSettings(nodes []*node) store.Settings {
	return at("redis://" + nodes[0].address() + "?addr=" + nodes[1].address() + "&addr=" + nodes[2].address())
}
