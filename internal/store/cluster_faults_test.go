//go:build unix

package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gomodule/redigo/redis"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/store"
)

const many = byte(24) // digests, which are on all nodes of a cluster

func putMany(s *store.Store, content string) {
	for n := range many {
		put(s, n, fmt.Sprint(content, n), time.Hour)
	}
}

func holdsMany(t *testing.T, s *store.Store, content string) {
	t.Helper()
	for n := range many {
		holds(t, s, n, fmt.Sprint(content, n))
	}
}

// TestFailover kills a node that has a replica.
func TestFailover(t *testing.T) {
	t.Parallel()
	nodes := startCluster(t)
	spare := startClusterNode(t)
	spare.meet(t, nodes[0])
	primary := nodes[1].say(t, "CLUSTER", "MYID")
	eventually(t, "the replica follows", func() bool { _, err := spare.try("CLUSTER", "REPLICATE", primary); return err == nil })
	eventually(t, "the replica has all", func() bool { return strings.Contains(spare.say(t, "INFO", "replication"), "master_link_status:up") })
	for _, n := range nodes {
		eventually(t, "all know the replica", func() bool { return strings.Contains(n.say(t, "CLUSTER", "NODES"), "slave "+primary) })
	}
	before, s := open(t, clusterSettings(nodes)), open(t, clusterSettings(nodes))
	putMany(s, "before")
	eventually(t, "the replica has all the entries", func() bool { return spare.keys(t) == nodes[1].keys(t) })
	holdsMany(t, before, "before")
	nodes[1].kill(t)
	within(t, time.Duration(many)*oneCall, func() {
		for n := range many { // the store has it, or nothing
			if got := get(before, n); got != "" && got != fmt.Sprint("before", n) {
				t.Errorf("digest %d: %q", n, got)
			}
		}
	})
	fails(t, before, store.ProblemServer)
	eventually(t, "the replica takes over", func() bool { return strings.Contains(spare.say(t, "INFO", "replication"), "role:master") })
	settled(t, []*node{nodes[0], nodes[2], spare})
	after := open(t, clusterSettings(nodes))
	holdsMany(t, after, "before")
	putMany(after, "after")
	holdsMany(t, after, "after")
	holdsMany(t, s, "after") // it knows where the keys were
	works(t, after)
	works(t, s)
}

// TestLostNode kills a node without a replica: the cluster is down.
func TestLostNode(t *testing.T) {
	t.Parallel()
	nodes := startCluster(t)
	s := open(t, clusterSettings(nodes))
	putMany(s, "content")
	nodes[1].kill(t)
	for _, n := range []*node{nodes[0], nodes[2]} {
		eventually(t, "the cluster is down", func() bool { return strings.Contains(n.say(t, "CLUSTER", "INFO"), "cluster_state:fail") })
	}
	within(t, oneCall, func() { exercise(t, s) })
	if failed := failure(t, s, store.ProblemRefused); failed.Reason != "CLUSTERDOWN" {
		t.Errorf("the reason is %q", failed.Reason)
	}
	within(t, oneCall, func() { exercise(t, s) })
	works(t, s)
}

// TestSilentNode has the first node of the URL hang: the others know no less.
func TestSilentNode(t *testing.T) {
	t.Parallel()
	silent := &fake{}
	silent.start(t)
	n := startRedis(t)
	s := open(t, at("redis://"+silent.address+"?addr="+n.address()))
	within(t, oneCall, func() { put(s, 1, "content", time.Hour) })
	holds(t, s, 1, "content")
	works(t, s)
}

// TestMovingSlots moves keys from one node to another. Meanwhile both have a part of them.
func TestMovingSlots(t *testing.T) {
	t.Parallel()
	nodes := startCluster(t)
	s := open(t, clusterSettings(nodes))
	putMany(s, "content")
	from, to := nodes[0], nodes[2]
	reply, err := from.try("KEYS", "*")
	keys := clitest.Must(redis.Strings(reply, err))(t)
	if len(keys) == 0 {
		t.Fatal("the node has no keys")
	}
	for _, key := range keys {
		slot := from.say(t, "CLUSTER", "KEYSLOT", key)
		to.say(t, "CLUSTER", "SETSLOT", slot, "IMPORTING", from.say(t, "CLUSTER", "MYID"))
		from.say(t, "CLUSTER", "SETSLOT", slot, "MIGRATING", to.say(t, "CLUSTER", "MYID"))
		from.say(t, "MIGRATE", "127.0.0.1", to.port, key, 0, 5000)
	}
	holdsMany(t, s, "content")
	putMany(s, "moving")
	locked(t.Context(), s, 0)()
	for _, key := range keys {
		for _, n := range []*node{to, from, nodes[1]} {
			n.say(t, "CLUSTER", "SETSLOT", n.say(t, "CLUSTER", "KEYSLOT", key), "NODE", to.say(t, "CLUSTER", "MYID"))
		}
	}
	holdsMany(t, s, "moving")
	putMany(s, "moved")
	holdsMany(t, open(t, clusterSettings(nodes)), "moved")
	works(t, s)
}
