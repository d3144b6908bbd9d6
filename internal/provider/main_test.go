package provider_test

import (
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, leftByPlugins()) }

// leftByPlugins are the goroutines that go-plugin's server, which acceptance tests
// run in this process, leaves reading from pipes until those are collected.
func leftByPlugins() goleak.Option {
	return goleak.IgnoreAnyFunction("github.com/hashicorp/go-plugin.copyChan")
}
