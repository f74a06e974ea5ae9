// The calls of the seed about nats.go's jetstream package, and those of the .NET seed, against a running server.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

type program struct {
	checks
	ctx      context.Context
	nc       *nats.Conn
	js       jetstream.JetStream
	replicas int
}

func main() {
	p := &program{replicas: 1}
	if n, err := strconv.Atoi(os.Getenv("REPLICAS")); err == nil {
		p.replicas = n
	}
	url := os.Getenv("NATS_URL")
	if url == "" {
		fmt.Fprintln(os.Stderr, "NATS_URL: the servers, comma separated")
		os.Exit(2)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 120*time.Second)
	defer cancel()
	p.ctx = ctx
	var err error
	if p.nc, err = nats.Connect(url, nats.Timeout(5*time.Second)); err != nil {
		fmt.Println("FAIL  connect\n      |", err, "\n0 passed, 1 failed")
		os.Exit(1)
	}
	defer p.nc.Close()
	if p.js, err = jetstream.New(p.nc); err != nil {
		panic(err)
	}
	p.section("core", p.core)
	p.section("orders", p.orders)
	p.section("basic usage", p.basicUsage)
	p.section("streams", p.streams)
	p.section("consumers", p.consumers)
	p.section("receiving", p.receiving)
	p.section("publishing", p.publishing)
	p.section("key-value", p.keyValue)
	p.section("objects", p.objects)
	fmt.Printf("%d passed, %d failed\n", p.passed, p.failed)
	if p.failed > 0 {
		os.Exit(1)
	}
}

// fresh creates a stream under the name, without what an earlier run left.
func (p *program) fresh(config jetstream.StreamConfig) jetstream.Stream {
	_ = p.js.DeleteStream(p.ctx, config.Name)
	config.Replicas = p.replicas
	s, err := p.js.CreateStream(p.ctx, config)
	if !p.noError("create stream "+config.Name, err) {
		panic("no stream")
	}
	return s
}

func (p *program) core() {
	sub, err := p.nc.SubscribeSync("go.core.*")
	p.noError("subscribe", err)
	msg := nats.NewMsg("go.core.a")
	msg.Header.Set("Colour", "blue")
	msg.Data = []byte("hello")
	p.noError("publish with a header", p.nc.PublishMsg(msg))
	got, err := sub.NextMsg(5 * time.Second)
	if p.noError("it arrives", err) {
		p.equal("with its header", got.Header.Get("Colour"), "blue")
	}
	_, err = p.nc.Subscribe("go.service", func(m *nats.Msg) { _ = m.Respond(append([]byte("re: "), m.Data...)) })
	p.noError("a responder", err)
	reply, err := p.nc.Request("go.service", []byte("x"), 5*time.Second)
	if p.noError("request", err) {
		p.equal("its answer", string(reply.Data), "re: x")
	}
	_, err = p.nc.Request("go.nobody", nil, 5*time.Second)
	p.isError("no responders", err, nats.ErrNoResponders)
}

// orders is the .NET seed: ten orders, acked, and a consumer that stops at the fifth.
func (p *program) orders() {
	_ = p.js.DeleteStream(p.ctx, "orders")
	s := p.fresh(jetstream.StreamConfig{Name: "orders", Subjects: []string{"orders.>"}})
	for i := 0; i < 10; i++ {
		ack, err := p.js.Publish(p.ctx, fmt.Sprintf("orders.new.%d", i), []byte(fmt.Sprintf(`{"OrderId":%d}`, i)))
		p.that("order "+strconv.Itoa(i)+" is acked", err == nil && ack.Stream == "orders" && ack.Sequence == uint64(i+1), err, ack)
	}
	c, err := s.CreateOrUpdateConsumer(p.ctx, jetstream.ConsumerConfig{Durable: "order_processor", AckPolicy: jetstream.AckExplicitPolicy})
	p.noError("create consumer order_processor", err)
	it, err := c.Messages()
	p.noError("consume all", err)
	processed := 0
	for {
		m, err := it.Next()
		if !p.noError("next", err) || !p.noError("ack", m.DoubleAck(p.ctx)) {
			break
		}
		processed++
		if string(m.Data()) == `{"OrderId":5}` {
			break
		}
	}
	it.Stop()
	p.equal("six were processed", processed, 6)
	info, err := c.Info(p.ctx)
	if p.noError("consumer info", err) {
		p.equal("their acks count", info.AckFloor.Stream, uint64(6))
	}
	p.noError("delete orders", p.js.DeleteStream(p.ctx, "orders"))
}

func (p *program) basicUsage() {
	s := p.fresh(jetstream.StreamConfig{Name: "GO_ORDERS", Subjects: []string{"GO_ORDERS.*"}})
	for i := 0; i < 100; i++ {
		if _, err := p.js.Publish(p.ctx, "GO_ORDERS.new", []byte("hello message "+strconv.Itoa(i))); err != nil {
			p.noError("publish "+strconv.Itoa(i), err)
		}
	}
	c, err := s.CreateOrUpdateConsumer(p.ctx, jetstream.ConsumerConfig{Durable: "CONS", AckPolicy: jetstream.AckExplicitPolicy})
	p.noError("create durable consumer", err)

	var received []string
	msgs, err := c.Fetch(10)
	p.noError("fetch 10", err)
	for m := range msgs.Messages() {
		_ = m.Ack()
		received = append(received, string(m.Data()))
	}
	p.noError("no error during fetch", msgs.Error())
	p.equal("ten by fetch", len(received), 10)

	it, err := c.Messages(jetstream.PullMaxMessages(10))
	p.noError("messages", err)
	for i := 0; i < 10; i++ {
		m, err := it.Next()
		if err != nil {
			p.noError("next", err)
			break
		}
		_ = m.Ack()
		received = append(received, string(m.Data()))
	}
	it.Drain()
	for {
		m, err := it.Next()
		if err != nil {
			break
		}
		_ = m.Ack()
		received = append(received, string(m.Data()))
	}

	rest := make(chan string, 200)
	cons, err := c.Consume(func(m jetstream.Msg) {
		_ = m.Ack()
		rest <- string(m.Data())
	})
	p.noError("consume", err)
	timeout := time.After(20 * time.Second)
	for open := true; open && len(received) < 100; {
		select {
		case data := <-rest:
			received = append(received, data)
		case <-timeout:
			open = false
		}
	}
	cons.Stop()
	inOrder := len(received) == 100
	for i := 0; inOrder && i < 100; i++ {
		inOrder = received[i] == "hello message "+strconv.Itoa(i)
	}
	p.that("all hundred, in order, each once", inOrder, len(received), received)
	p.noError("delete stream", p.js.DeleteStream(p.ctx, "GO_ORDERS"))
}

func (p *program) streams() {
	s := p.fresh(jetstream.StreamConfig{Name: "GO_S", Subjects: []string{"GO_S.*"}})
	_, err := p.js.CreateStream(p.ctx, jetstream.StreamConfig{Name: "GO_S", Subjects: []string{"GO_S.*"}, Replicas: p.replicas})
	p.noError("create is idempotent", err)
	_, err = p.js.CreateStream(p.ctx, jetstream.StreamConfig{Name: "GO_S", Subjects: []string{"GO_T.*"}, Replicas: p.replicas})
	p.isError("another under its name is refused", err, jetstream.ErrStreamNameAlreadyInUse)
	s, err = p.js.UpdateStream(p.ctx, jetstream.StreamConfig{Name: "GO_S", Subjects: []string{"GO_S.*"}, Description: "updated stream", Replicas: p.replicas})
	p.noError("update stream", err)
	s, err = p.js.Stream(p.ctx, "GO_S")
	p.noError("stream handle", err)
	p.equal("updated", s.CachedInfo().Config.Description, "updated stream")

	found := false
	list := p.js.ListStreams(p.ctx)
	for info := range list.Info() {
		found = found || info.Config.Name == "GO_S"
	}
	p.that("list streams", found && list.Err() == nil, list.Err())
	found = false
	names := p.js.StreamNames(p.ctx)
	for name := range names.Name() {
		found = found || name == "GO_S"
	}
	p.that("stream names", found && names.Err() == nil, names.Err())
	name, err := p.js.StreamNameBySubject(p.ctx, "GO_S.x")
	p.that("stream by subject", err == nil && name == "GO_S", name, err)

	for i := 1; i <= 120; i++ {
		if _, err := p.js.Publish(p.ctx, "GO_S."+map[bool]string{true: "new", false: "old"}[i%2 == 0], []byte(strconv.Itoa(i))); err != nil {
			p.noError("publish", err)
		}
	}
	m, err := s.GetMsg(p.ctx, 100)
	p.that("get message 100", err == nil && string(m.Data) == "100" && m.Subject == "GO_S.new", m, err)
	m, err = s.GetLastMsgForSubject(p.ctx, "GO_S.old")
	p.that("last of a subject", err == nil && m.Sequence == 119, m, err)
	p.noError("delete message 100", s.DeleteMsg(p.ctx, 100))
	_, err = s.GetMsg(p.ctx, 100)
	p.isError("it's gone", err, jetstream.ErrMsgNotFound)
	p.noError("secure delete", s.SecureDeleteMsg(p.ctx, 99))
	info, err := s.Info(p.ctx, jetstream.WithDeletedDetails(true), jetstream.WithSubjectFilter("GO_S.>"))
	if p.noError("info with details", err) {
		p.equal("deleted", info.State.Deleted, []uint64{99, 100})
		p.equal("subjects", info.State.Subjects, map[string]uint64{"GO_S.new": 59, "GO_S.old": 59})
	}
	count := func() uint64 {
		info, err := s.Info(p.ctx)
		if err != nil {
			return 0
		}
		return info.State.Msgs
	}
	p.noError("purge a subject", s.Purge(p.ctx, jetstream.WithPurgeSubject("GO_S.new")))
	p.equal("left", count(), uint64(59))
	p.noError("purge to a sequence", s.Purge(p.ctx, jetstream.WithPurgeSequence(100)))
	p.equal("left", count(), uint64(10))
	p.noError("purge, keep 4", s.Purge(p.ctx, jetstream.WithPurgeKeep(4)))
	p.equal("left", count(), uint64(4))
	p.noError("purge", s.Purge(p.ctx))
	p.equal("left", count(), uint64(0))
	account, err := p.js.AccountInfo(p.ctx)
	p.that("account info", err == nil && account.Streams >= 1, err)
	p.noError("delete stream", p.js.DeleteStream(p.ctx, "GO_S"))
	_, err = p.js.Stream(p.ctx, "GO_S")
	p.isError("it's gone", err, jetstream.ErrStreamNotFound)
}

func (p *program) consumers() {
	s := p.fresh(jetstream.StreamConfig{Name: "GO_C", Subjects: []string{"GO_C.*"}})
	_, err := p.js.CreateConsumer(p.ctx, "GO_C", jetstream.ConsumerConfig{Durable: "foo", AckPolicy: jetstream.AckExplicitPolicy})
	p.noError("create consumer", err)
	_, err = p.js.CreateConsumer(p.ctx, "GO_C", jetstream.ConsumerConfig{Durable: "foo", AckPolicy: jetstream.AckExplicitPolicy})
	p.noError("create is idempotent", err)
	_, err = p.js.CreateConsumer(p.ctx, "GO_C", jetstream.ConsumerConfig{Durable: "foo", AckPolicy: jetstream.AckExplicitPolicy, Description: "other"})
	p.isError("another under its name is refused", err, jetstream.ErrConsumerExists)
	_, err = p.js.CreateConsumer(p.ctx, "GO_C", jetstream.ConsumerConfig{AckPolicy: jetstream.AckExplicitPolicy})
	p.noError("create an ephemeral one", err)
	_, err = p.js.CreateOrUpdateConsumer(p.ctx, "GO_C", jetstream.ConsumerConfig{Name: "bar"})
	p.noError("create or update", err)
	updated, err := p.js.UpdateConsumer(p.ctx, "GO_C", jetstream.ConsumerConfig{Durable: "foo", AckPolicy: jetstream.AckExplicitPolicy, Description: "updated consumer"})
	if p.noError("update consumer", err) {
		p.equal("updated", updated.CachedInfo().Config.Description, "updated consumer")
	}
	_, err = p.js.UpdateConsumer(p.ctx, "GO_C", jetstream.ConsumerConfig{Durable: "none", AckPolicy: jetstream.AckExplicitPolicy})
	p.isError("update of none", err, jetstream.ErrConsumerDoesNotExist)
	_, err = p.js.UpdateConsumer(p.ctx, "GO_C", jetstream.ConsumerConfig{Durable: "foo", AckPolicy: jetstream.AckNonePolicy})
	p.that("update of what is fixed", err != nil, err)
	c, err := s.Consumer(p.ctx, "foo")
	if p.noError("consumer handle", err) {
		info, err := c.Info(p.ctx)
		p.that("consumer info", err == nil && info.Config.Durable == "foo", info, err)
	}
	infos := 0
	list := s.ListConsumers(p.ctx)
	for range list.Info() {
		infos++
	}
	p.that("list consumers", infos == 3 && list.Err() == nil, infos, list.Err())
	found := map[string]bool{}
	names := s.ConsumerNames(p.ctx)
	for name := range names.Name() {
		found[name] = true
	}
	p.that("consumer names", len(found) == 3 && found["foo"] && found["bar"] && names.Err() == nil, found, names.Err())
	p.noError("delete consumer", p.js.DeleteConsumer(p.ctx, "GO_C", "foo"))
	_, err = s.Consumer(p.ctx, "foo")
	p.isError("it's gone", err, jetstream.ErrConsumerNotFound)
	p.noError("delete stream", p.js.DeleteStream(p.ctx, "GO_C"))
}
