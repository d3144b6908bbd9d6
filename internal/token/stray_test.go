package token

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// A server that answers once too often spoils no other set's token: over HTTP/1.1,
// no two sets have a connection in common.
func TestStrayAnswerIsNobodysToken(t *testing.T) {
	t.Parallel()
	tokentest.NoLeak(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it is closed with the test
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for conn, err := listener.Accept(); err == nil; conn, err = listener.Accept() {
			go answerTwice(conn)
		}
	}()
	client := newTestClient(t, quickTransport())
	for i := range 30 {
		x := testExchange("http://" + listener.Addr().String())
		x.Credentials = strconv.Itoa(i)
		x.Request.Auth = ClientSecretPost{ID: x.Credentials, Secret: said.NewSecret(testSecret)}
		issued, err := client.Do(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		if want := "token-for-" + x.Credentials; issued.AccessToken.Reveal() != want {
			t.Errorf("set %d has the token of another", i)
		}
	}
}

// answerTwice answers each request on a connection with a token for its client, and
// again when the next one has come.
func answerTwice(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	from, stray := bufio.NewReader(conn), ""
	for {
		request, err := http.ReadRequest(from)
		if err != nil {
			return
		}
		body := fmt.Sprintf(`{"access_token":"token-for-%s"}`, request.PostFormValue("client_id"))
		answer := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		if _, err := conn.Write([]byte(stray + answer)); err != nil {
			return
		}
		stray = answer
	}
}
