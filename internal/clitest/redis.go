package clitest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// redisStart is how long a redis-server may take to start.
const redisStart = 10 * time.Second

// RedisPassword is the password of each Redis.
const RedisPassword = "made-up password of redis-server"

// Redis is a running redis-server.
type Redis struct {
	URL string
	cmd *exec.Cmd
}

// StartRedis starts the redis-server on PATH on a Unix socket in a directory, whose path must
// be short. There it also writes each command that changes something. If there is no
// redis-server, the error is exec.ErrNotFound.
func StartRedis(ctx context.Context, dir string) (*Redis, error) {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, err
	}
	socket := filepath.Join(dir, "redis.sock")
	cmd := exec.CommandContext(ctx, path, "--port", "0", "--unixsocket", socket, "--dir", dir, //nolint:gosec // it runs what the user has on PATH
		"--requirepass", RedisPassword, "--save", "", "--appendonly", "yes", "--logfile", filepath.Join(dir, "redis.log"))
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	r := &Redis{URL: (&url.URL{Scheme: "unix", User: url.UserPassword("", RedisPassword), Path: socket}).String(), cmd: cmd}
	if err := listens(ctx, socket); err != nil {
		return nil, errors.Join(err, r.Stop())
	}
	return r, nil
}

// listens waits until something listens on a Unix socket.
func listens(ctx context.Context, socket string) error {
	ctx, cancel := context.WithTimeout(ctx, redisStart)
	defer cancel()
	for {
		conn, err := new(net.Dialer).DialContext(ctx, "unix", socket)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("redis-server does not start: %w", err)
		}
	}
}

// Stop ends the server.
func (r *Redis) Stop() error {
	err := interrupt(r.cmd.Process)
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	_ = r.cmd.Wait() // however it ends
	return err
}

// NeedRedis skips the test where there is no redis-server, except in CI on Linux.
func NeedRedis(t *testing.T) {
	t.Helper()
	_, err := exec.LookPath("redis-server")
	if err != nil && (os.Getenv("CI") != "true" || runtime.GOOS != "linux") {
		t.Skip(err)
	}
	OK(t, err)
}

// MustRedis starts a redis-server until the end of the test.
func MustRedis(t *testing.T, dir string) *Redis {
	t.Helper()
	NeedRedis(t)
	r := Must(StartRedis(t.Context(), dir))(t)
	t.Cleanup(func() { OK(t, r.Stop()) })
	return r
}
