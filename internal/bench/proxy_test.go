package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// someLoads are a row of each kind.
func someLoads() []loadRow {
	direct := []load{
		{rate: 9000, median: 60 * time.Microsecond, late: 300 * time.Microsecond},
		{rate: 10000, median: 50 * time.Microsecond, late: 200 * time.Microsecond},
		{rate: 100, median: 5000 * time.Microsecond, late: 9000 * time.Microsecond},
	}
	proxied := []load{
		{rate: 4000, median: 180 * time.Microsecond, late: 500 * time.Microsecond, cpu: 70 * time.Microsecond},
		{rate: 5000, median: 150 * time.Microsecond, late: 400 * time.Microsecond, cpu: 60 * time.Microsecond},
		{rate: 90, median: 5110 * time.Microsecond, late: 9300 * time.Microsecond, cpu: 65 * time.Microsecond},
	}
	return []loadRow{newLoadRow(directName, 1, direct, direct), newLoadRow(proxyName, 1, proxied, direct)}
}

func someMemory() []memoryRow {
	return []memoryRow{{proxyName, 30_000_000, 80_000_000}, {reverseName, 0, 0}}
}

func TestProxyTables(t *testing.T) {
	t.Parallel()
	const want = `| Way to the API | Connections | Requests/s | Median | 99 % | Added, median | Added, 99 % | CPU/request |
|---|--:|--:|--:|--:|--:|--:|--:|
| direct | 1 | 9000 | 60 µs | 300 µs | - | - | - |
| apitoken_proxy | 1 | 4000 | 180 µs | 500 µs | 110 µs | 200 µs | 65 µs |
| Resident size of the process | At first | 1000 open streams | For each stream |
|---|--:|--:|--:|
| apitoken_proxy | 30.00 MB | 80.00 MB | 50 kB |
| httputil.ReverseProxy | - | - | - |
`
	if diff := cmp.Diff(want, loadsTable(someLoads()).markdown()+memoryTable(someMemory()).markdown()); diff != "" {
		t.Errorf("tables (-want +got):\n%s", diff)
	}
}

// started starts the API and a proxy before it.
func started(t *testing.T) (direct, through route) {
	t.Helper()
	upstream := httptest.NewServer(api())
	t.Cleanup(upstream.Close)
	alone := httptest.NewServer(clitest.Must(reverse(upstream.URL))(t))
	t.Cleanup(alone.Close)
	return route{name: directName, url: upstream.URL}, route{name: reverseName, url: alone.URL, authorization: "Bearer key"}
}

func TestCompareRoutes(t *testing.T) {
	t.Parallel()
	direct, through := started(t)
	rows := clitest.Must(compareRoutes(t.Context(), []route{direct, through}, 2, 1))(t)
	if len(rows) != 2 || rows[0].route != directName || rows[1].route != reverseName || rows[0].addedMedian != 0 {
		t.Fatalf("got %+v", rows)
	}
	for _, r := range rows {
		if r.rate < 1 || r.median <= 0 || r.late < r.median || r.connections != 2 {
			t.Errorf("got %+v", r)
		}
	}
}

func TestStreams(t *testing.T) {
	t.Parallel()
	_, through := started(t)
	end := clitest.Must(through.stream(t.Context(), 3))(t)
	end()
}

// A proxy that refuses is no fast one.
func TestRefusal(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusProxyAuthRequired)
		_, _ = io.WriteString(w, strings.Repeat("a", smallSize-len(streamLine))+streamLine)
	}))
	t.Cleanup(server.Close)
	r := route{name: "refusing", url: server.URL}
	if l, err := r.run(t.Context(), 1, time.Millisecond); err == nil || !strings.Contains(err.Error(), "407") {
		t.Errorf("got %+v, %v", l, err)
	}
	if _, err := r.stream(t.Context(), 1); err == nil || !strings.Contains(err.Error(), "407") {
		t.Errorf("got %v", err)
	}
}

// What the provisioner hands over is what it has, and it stays until there is an answer.
func TestHold(t *testing.T) {
	t.Parallel()
	want := handover{URL: "http://127.0.0.1:1", Authorization: "Bearer key"}
	var got handover
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		clitest.OK(t, json.NewDecoder(r.Body).Decode(&got))
	}))
	t.Cleanup(server.Close)
	clitest.OK(t, hold(t.Context(), server.URL, want))
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// A role says where it serves, and ends with its input.
func TestPlay(t *testing.T) {
	t.Parallel()
	input, stop := io.Pipe()
	output, printed := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		_, err := play(t.Context(), []string{apiRole}, input, printed)
		ended <- err
	}()
	line := make([]byte, len("http://127.0.0.1:65535\n"))
	n := clitest.Must(output.Read(line))(t)
	r := route{name: apiRole, url: strings.TrimSpace(string(line[:n]))}
	clitest.Must(r.run(t.Context(), 1, time.Millisecond))(t)
	clitest.OK(t, stop.Close())
	clitest.OK(t, <-ended)
	if isRole, err := play(t.Context(), []string{"-write"}, nil, nil); isRole || err != nil {
		t.Errorf("a flag is a role: %v, %v", isRole, err)
	}
}

func TestResources(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("this system has no /proc")
	}
	own := clitest.Must(os.Executable())(t)
	process := clitest.Must(processOf(own))(t)
	if process != os.Getpid() {
		t.Errorf("got process %d, not %d", process, os.Getpid())
	}
	if size := residentSize(process); size < 1<<20 || size > 1<<32 {
		t.Errorf("%d bytes are resident", size)
	}
	if used := processorTime(process); used < 0 || used > time.Hour {
		t.Errorf("it has used %v", used)
	}
	if size, used := residentSize(0), processorTime(0); size != 0 || used != 0 {
		t.Errorf("no process: %d, %v", size, used)
	}
}
