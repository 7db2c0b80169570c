"""Common English and Chinese words: the fixed lists that means and lengths are taken over."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ENGLISH = _words(
    """
    the of and to a in is it you that he was for on are with as his they be at one have this from
    or had by not but what all were we when your can said there use an each which she do how their
    if will up other about out many then them these so some her would make like him into time has
    look two more write go see number no way could people my than first water been call who oil
    its now find long down day did get come made may part over new sound take only little work
    know place year live me back give most very after thing our just name good sentence man think
    say great where help through much before line right too mean old any same tell boy follow came
    want show also around form three small set put end does another well large must big even such
    because turn here why ask went men read need land different home us move try kind hand picture
    again change off play spell air away animal house point page letter mother answer found study
    still learn should world high every near add food between own below country plant last school
    father keep tree never start city earth eye light thought head under story saw left late while
    """
)

CHINESE = _words(
    """
    的 了 是 在 和 有 他 不 我 人 也 为 就 这 上 年 中 你 说 一 到 都 等 着 对 来 与 地 还 要
    我们 他们 一个 没有 可以 自己 什么 这个 就是 现在 因为 所以 但是 如果 这样 已经 知道 时候
    问题 工作 国家 社会 发展 经济 政府 公司 市场 企业 中国 世界 政治 文化 教育 学校 学生 老师
    孩子 家庭 父亲 母亲 朋友 女人 男人 生活 时间 今天 明天 昨天 晚上 早上 星期 城市 农村 地方
    北京 上海 美国 日本 人民 群众 干部 领导 管理 研究 科学 技术 电脑 电话 网络 信息 新闻 记者
    报道 电视 电影 音乐 艺术 历史 文学 小说 故事 语言 汉字 英语 书 报纸 学习 考试 大学 医院
    医生 病人 健康 药 手术 身体 眼睛 头 手 脚 心 血 水 火 山 河 海 天 太阳 月亮 雨 雪 风
    树 花 草 动物 狗 猫 鸟 鱼 马 牛 饭 菜 肉 水果 茶 酒 衣服 房子 门 窗 桌子 车 火车 飞机
    路 桥 钱 银行 价格 法律 警察 军队 战争 和平 安全 环境 能源 农业 工业 大 小 多 少 高 低
    长 短 新 旧 好 坏 快 慢 热 冷 红 白 黑 吃 喝 看 听 想 做 走 跑 坐 买 卖 给 写 读 开
    """
)
