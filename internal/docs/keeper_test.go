package docs

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// keeper is a server that knows the commands of a token store (Redis serialization
// protocol, RESP2). Nothing in it expires.
type keeper struct {
	listener net.Listener

	mu      sync.Mutex
	entries map[string]string
}

func newKeeper(t *testing.T) *keeper {
	t.Helper()
	var listening net.ListenConfig
	k := &keeper{listener: clitest.Must(listening.Listen(t.Context(), "tcp", "127.0.0.1:0"))(t), entries: map[string]string{}}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := k.listener.Accept()
			if err != nil {
				return // it is closed
			}
			serving.Go(func() { k.serve(conn) })
		}
	})
	t.Cleanup(func() {
		clitest.OK(t, k.listener.Close())
		serving.Wait()
	})
	return k
}

func (k *keeper) url() string { return "redis://" + k.listener.Addr().String() }

// kept counts the entries that are there, and not the locks.
func (k *keeper) kept() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	kept := 0
	for key := range k.entries {
		if strings.HasPrefix(key, "apitoken:") && !strings.HasSuffix(key, ":lock") {
			kept++
		}
	}
	return kept
}

// serve answers commands until the client goes.
func (k *keeper) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	for in := bufio.NewReader(conn); ; {
		command, err := readCommand(in)
		if err != nil || len(command) == 0 {
			return
		}
		if _, err = io.WriteString(conn, k.answer(command)); err != nil {
			return
		}
	}
}

func readCommand(in *bufio.Reader) ([]string, error) {
	var count, size int
	if _, err := fmt.Fscanf(in, "*%d\r\n", &count); err != nil {
		return nil, err
	}
	var words []string
	for range count {
		if _, err := fmt.Fscanf(in, "$%d\r\n", &size); err != nil {
			return nil, err
		}
		word, end := make([]byte, size), make([]byte, len("\r\n"))
		_, err := io.ReadFull(in, word)
		_, atEnd := io.ReadFull(in, end)
		if failed := errors.Join(err, atEnd); failed != nil {
			return nil, failed
		}
		words = append(words, string(word))
	}
	return words, nil
}

func (k *keeper) answer(command []string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	const scriptAndOwner = 5 // EVAL, the script, the number of keys, the key, the owner
	switch {
	case command[0] == "GET" && len(command) > 1 && k.entries[command[1]] != "":
		entry := k.entries[command[1]]
		return fmt.Sprintf("$%d\r\n%s\r\n", len(entry), entry)
	case command[0] == "GET":
		return "$-1\r\n"
	case command[0] == "SET" && len(command) > 2:
		k.entries[command[1]] = command[2]
		return "+OK\r\n"
	case command[0] == "EVAL" && len(command) >= scriptAndOwner:
		return k.locks(command[1], command[3], command[4])
	}
	return "-ERR unknown command\r\n"
}

// locks carries out a script of a lock: it is taken unless another owner has it, and its
// owner gives it back.
func (k *keeper) locks(script, key, owner string) string {
	switch {
	case k.entries[key] != "" && k.entries[key] != owner:
		return ":0\r\n"
	case strings.Contains(script, "DEL"):
		delete(k.entries, key)
	default:
		k.entries[key] = owner
	}
	return ":1\r\n"
}
