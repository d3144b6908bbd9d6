package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strings"
)

// tripRow is what a token costs on the network.
type tripRow struct{ journey, protocol, connections, requests, trips string }

func tripsTable(rows []tripRow) table {
	t := table{headings: []string{"Configuration", "Protocol", "Connections", "Requests", "Round trips"}, texts: 2}
	for _, r := range rows {
		t.rows = append(t.rows, []string{r.journey, r.protocol, r.connections, r.requests, r.trips})
	}
	return t
}

func tripNotes() []string {
	return []string{"These are exact: TestRoundTrips counts them on a network in memory with a clock of its own, with TLS 1.3, and fails if one changes. " +
		"A round trip counts if it is waited for; a new connection takes two. The metadata of an issuer is requested at both of its places at once. " +
		"Sets: 10 requests at a time, as the CLIs make them."}
}

// counted matches the attributes of the tests: connections, requests and round trips.
var counted = regexp.MustCompile(`(?m)^ *=== ATTR +TestRoundTrips/(\S+)/(http/1\.1|h2)/TLS_1\.3 cost (\d+) (\d+) (\d+)$`)

// countTrips runs the test that counts round trips, and returns what it has counted.
func countTrips(ctx context.Context, root string) ([]tripRow, error) {
	cmd := exec.CommandContext(ctx, "go", "test", "-count=1", "-run", "^TestRoundTrips$", "-v", "./internal/token")
	cmd.Dir = root
	printed, err := cmd.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, bytes.TrimSpace(printed))
	}
	var rows []tripRow
	for _, found := range counted.FindAllStringSubmatch(string(printed), -1) {
		rows = append(rows, tripRow{strings.ReplaceAll(found[1], "_", " "), found[2], found[3], found[4], found[5]})
	}
	slices.SortFunc(rows, func(a, b tripRow) int {
		return cmp.Or(strings.Compare(a.journey, b.journey), strings.Compare(a.protocol, b.protocol))
	})
	return rows, nil
}
