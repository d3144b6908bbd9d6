package store_test

import (
	"bufio"
	"io"
	"math"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/store"
)

// fake is a server that answers each command with the same text, and then hangs or closes.
type fake struct {
	address   string
	answer    string // SELF stands for its address
	endless   bool   // it repeats the answer
	closes    bool   // it closes the connection after the answer
	accepted  atomic.Int32
	isStopped chan struct{}
}

func (f *fake) start(t *testing.T) store.Settings {
	t.Helper()
	listener := clitest.Must((&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	f.address, f.isStopped = listener.Addr().String(), make(chan struct{})
	f.answer = strings.ReplaceAll(f.answer, "SELF", f.address)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			f.accepted.Add(1)
			go f.serve(conn)
		}
	}()
	t.Cleanup(func() { close(f.isStopped); clitest.OK(t, listener.Close()) })
	return store.Settings{URL: said.NewSecret("redis://" + f.address), Key: storeKey('k')}
}

func (f *fake) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	commands := bufio.NewReader(conn)
	for readCommand(commands) {
		for range f.times() {
			if _, err := io.WriteString(conn, f.answer); err != nil {
				return
			}
		}
		if f.closes {
			return
		}
	}
	<-f.isStopped
}

func (f *fake) times() int {
	if f.endless {
		return math.MaxInt
	}
	return 1
}

// readCommand reads a command: an array of values.
func readCommand(r *bufio.Reader) bool {
	for left := 1; left > 0; left-- {
		line, err := r.ReadString('\n')
		if err != nil {
			return false
		}
		size, err := strconv.Atoi(strings.TrimSpace(line[1:]))
		switch {
		case err != nil:
			return false
		case line[0] == '*':
			left += size
		default:
			if _, err := r.Discard(size + len("\r\n")); err != nil {
				return false
			}
		}
	}
	return true
}

// TestServersThatTalkNonsense has servers answer what no Redis does, or what one answers that
// cannot serve. A store is then empty, says so once, and is not waited for twice.
func TestServersThatTalkNonsense(t *testing.T) {
	t.Parallel()
	const bounds = 4 * time.Second
	for name, test := range map[string]struct {
		fake   *fake
		want   store.Problem
		reason string
	}{
		"nothing":                      {&fake{}, store.ProblemSilent, ""},
		"half a value":                 {&fake{answer: "$100\r\nabc"}, store.ProblemSilent, ""},
		"half a line":                  {&fake{answer: "$10"}, store.ProblemSilent, ""},
		"half a value, and closes":     {&fake{answer: "$100\r\nabc", closes: true}, store.ProblemServer, ""},
		"closes":                       {&fake{closes: true}, store.ProblemServer, ""},
		"a value beyond all memory":    {&fake{answer: "$9999999999999\r\n"}, store.ProblemServer, ""},
		"a value beyond all numbers":   {&fake{answer: "$99999999999999999999999999\r\n"}, store.ProblemServer, ""},
		"a value of 5 MiB":             {&fake{answer: "$5242880\r\n", endless: true}, store.ProblemServer, ""},
		"a value without a length":     {&fake{answer: "$\r\n\r\n"}, store.ProblemServer, ""},
		"a value of a negative length": {&fake{answer: "$-7\r\n"}, store.ProblemServer, ""},
		"a value that is longer":       {&fake{answer: "$1\r\nabc\r\n"}, store.ProblemServer, ""},
		"an array beyond all memory":   {&fake{answer: "*9999999999999\r\n"}, store.ProblemServer, ""},
		"arrays in arrays":             {&fake{answer: "*1\r\n", endless: true}, store.ProblemServer, ""},
		"an endless line":              {&fake{answer: strings.Repeat("+", 4096), endless: true}, store.ProblemServer, ""},
		"an endless error":             {&fake{answer: "-ERR" + strings.Repeat(" no", 4096), endless: true}, store.ProblemServer, ""},
		"an empty line":                {&fake{answer: "\r\n"}, store.ProblemServer, ""},
		"a web page":                   {&fake{answer: "HTTP/1.1 400 Bad Request\r\n\r\n", closes: true}, store.ProblemServer, ""},
		"RESP3":                        {&fake{answer: "%1\r\n+a\r\n+b\r\n"}, store.ProblemServer, ""},
		"OK":                           {&fake{answer: "+OK\r\n"}, store.ProblemEntry, ""},
		"one":                          {&fake{answer: ":1\r\n"}, store.ProblemEntry, ""},
		"a text":                       {&fake{answer: "$5\r\nhello\r\n"}, store.ProblemEntry, ""},
		"an empty text":                {&fake{answer: "$0\r\n\r\n"}, store.ProblemEntry, ""},
		"nil":                          {&fake{answer: "$-1\r\n"}, store.ProblemServer, ""},
		"an error without a word":      {&fake{answer: "-\r\n"}, store.ProblemRefused, ""},
		"an error of its own":          {&fake{answer: "-HUNTER2 secret\r\n"}, store.ProblemRefused, ""},
		"that it is loading":           {&fake{answer: "-LOADING Redis is loading the dataset in memory\r\n"}, store.ProblemRefused, "LOADING"},
		"that its disk is full":        {&fake{answer: "-MISCONF Redis is configured to save RDB snapshots\r\n"}, store.ProblemRefused, "MISCONF"},
		"that it is busy":              {&fake{answer: "-BUSY Redis is busy running a script\r\n"}, store.ProblemRefused, "BUSY"},
		"that another one has the key": {&fake{answer: "-MOVED 1 SELF\r\n"}, store.ProblemRefused, "MOVED"},
		"that it has moved on":         {&fake{answer: "-MOVED 1 127.0.0.1:1\r\n"}, store.ProblemServer, ""},
		"that it has moved nowhere":    {&fake{answer: "-MOVED 1 \r\n"}, store.ProblemServer, ""},
		"half a redirect":              {&fake{answer: "-MOVED\r\n"}, store.ProblemRefused, "MOVED"},
		"to ask it":                    {&fake{answer: "-ASK 1 SELF\r\n"}, store.ProblemRefused, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			settings := test.fake.start(t)
			s := open(t, settings)
			within(t, bounds, func() { exercise(t, s) })
			failed := failure(t, s, test.want)
			if failed.Reason != test.reason {
				t.Errorf("the reason is %q", failed.Reason)
			}
			within(t, atOnce, func() { exercise(t, s) })
			if n := test.fake.accepted.Load(); n > 100 {
				t.Errorf("it made %d connections", n)
			}
		})
	}
}
