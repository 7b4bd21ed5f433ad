// A small HTTP server on a local port. NIO reads and writes HTTP; what is answered is a function of the request line.

import Glibc
import Messages
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle
import Synchronization

package struct Listener: Service {
  private let channel: any Channel
  private let group: MultiThreadedEventLoopGroup
  /// Where it listens: the port that the system chose, where 0 was asked for.
  package let port: Int

  /// More at once are hung up on: those who ask here are a few programs of this machine.
  private static let mostConnections = 64
  private static let idleLimit = TimeAmount.seconds(15)

  /// Listens from now on; it answers once `run` is called, or before.
  ///
  /// - Throws: `Problem` (unavailable) where the address cannot be had.
  package static func open(
    address: String, port: Int, _ answer: @escaping @Sendable (_ method: String, _ target: String) -> Answer
  ) async throws -> Listener {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let counter = ConnectionCount(most: mostConnections)
    do {
      let channel = try await ServerBootstrap(group: group)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            guard counter.enter() else { throw ChannelError.ioOnClosedChannel }
            channel.closeFuture.whenComplete { _ in counter.leave() }
            try pipeline.addHandler(IdleStateHandler(allTimeout: idleLimit))
            try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
            try pipeline.addHandler(Responder(answer))
          }
        }
        .bind(host: address, port: port).get()
      return Listener(channel: channel, group: group, port: channel.localAddress?.port ?? port)
    } catch {
      try await group.shutdownGracefully()
      let isTaken = (error as? IOError)?.errnoCode == EADDRINUSE
      throw Problem(
        .unavailable, code: isTaken ? portIsTaken : "listen.failed",
        Localized(
          vi: "Không mở được cổng \(address):\(port).", en: "The port \(address):\(port) cannot be opened."),
        remedy: Localized(
          vi: "Chọn cổng khác: listen.port (0: không mở cổng nào).",
          en: "Choose another: listen.port (0: none)."),
        details: [.init("system", "\(error)")])
    }
  }

  /// What the problem is called where another program listens there.
  package static let portIsTaken = "listen.taken"

  /// Finds out whether the port could be listened on.
  ///
  /// - Throws: as `open`.
  package static func check(address: String, port: Int) async throws {
    let listener = try await open(address: address, port: port) { _, _ in .none }
    await listener.close()
  }

  package func run() async throws {
    // Until it is this one's turn to stop, which is last: as long as anything runs one can ask how it is.
    try? await gracefulShutdown()
    await close()
  }

  package func close() async {
    try? await channel.close().get()
    try? await group.shutdownGracefully()
  }
}

private final class ConnectionCount: Sendable {
  private let count = Mutex(0)
  private let most: Int

  init(most: Int) { self.most = most }

  func enter() -> Bool {
    count.withLock { count in
      guard count < most else { return false }
      count += 1
      return true
    }
  }

  func leave() { count.withLock { $0 -= 1 } }
}

/// Answers each request once it has been read whole.
private final class Responder: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let answer: @Sendable (String, String) -> Answer
  private var head: HTTPRequestHead?

  init(_ answer: @escaping @Sendable (String, String) -> Answer) { self.answer = answer }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): self.head = head
    case .body: break
    case .end:
      guard let head else { return }
      self.head = nil
      respond(to: head, context)
    }
  }

  private func respond(to request: HTTPRequestHead, _ context: ChannelHandlerContext) {
    let answer = answer(request.method.rawValue, request.uri)
    let body = context.channel.allocator.buffer(string: answer.body)
    var headers: HTTPHeaders = [
      "content-type": answer.contentType, "content-length": "\(body.readableBytes)",
      "cache-control": "no-store",
    ]
    if answer.status == 405 { headers.add(name: "allow", value: "GET, HEAD") }
    if !request.isKeepAlive { headers.add(name: "connection", value: "close") }
    let head = HTTPResponseHead(
      version: request.version, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if request.method != .HEAD { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    if !request.isKeepAlive { context.close(promise: nil) }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
