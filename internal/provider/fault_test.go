package provider_test

import (
	"slices"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

// Every fault, for every service, data source and ephemeral resource: there is a token
// or one error that says why not, after exactly that many requests and that wait.
func TestFaults(t *testing.T) {
	t.Parallel()
	schema := newPlugin(t).schema
	groups := [][]fault{
		statusFaults(), connectionFaults(), redirectFaults(), spelledFaults(), bodyFaults(), unreadFaults(), charsetFaults(), clockFaults(),
		waitFaults(), dateFaults(), dialFaults(), tlsFaults(), proxyFaults(), variableFaults(), tunnelFaults(), socksFaults(),
	}
	for _, f := range slices.Concat(groups...) {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			forEach(t, func(t *testing.T, s service.Service, k kind) {
				t.Helper()
				inBubble(t, schema, func(l *bubble) { f.run(l, s, k) })
			})
		})
	}
}
